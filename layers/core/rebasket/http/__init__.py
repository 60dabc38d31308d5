"""HTTP as the functions meet it: requests and answers of API Gateway, strict JSON, credentials, problem details."""
