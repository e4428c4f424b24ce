"""Where files are kept that every host must see: one small interface, over a folder or a bucket of an S3-compatible store."""
