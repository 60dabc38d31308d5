"""The local cloud: runs template.yaml itself, in virtual time, without an AWS account."""
