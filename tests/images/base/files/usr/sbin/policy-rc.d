#!/bin/sh
# An image that is being built starts no service.
exit 101
