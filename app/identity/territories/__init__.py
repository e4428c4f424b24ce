"""The territory tree: of the network file, and by hand.

The file is read by `content/documents/network_file.py` and followed by `services.py`; what is done by hand is `editing.py`.
"""
