"""Where files are kept that every host must see: one small interface, over a folder or a bucket of an S3-compatible store.

Another kind of file is an area in `places.py`, which with `deploy/nginx.conf` says how it is sent (decision 45).
"""
