"""The world behind the ports: DynamoDB, SES, SNS, SSM, SQS, and their in-memory twins."""
