"""`make bench`: our figures beside floors measured in the same run, under the same server command. Never part of the tests."""
