# Two functions with Rolefence attached. Build the layers first, in the root of the checkout (npm ci && npm run build).
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }
    archive = {
      source  = "hashicorp/archive"
      version = ">= 2.6"
    }
  }
}

variable "rolefence_mode" {
  type        = string
  default     = "learn"
  description = "What the sensor does with calls that a function does not normally make"
  validation {
    condition     = contains(["learn", "alert", "block"], var.rolefence_mode)
    error_message = "rolefence_mode must be learn, alert or block."
  }
}

locals {
  dist = "${path.module}/../../dist"
  rolefence = {
    AWS_LAMBDA_EXEC_WRAPPER = "/opt/rolefence/wrapper"
    ROLEFENCE_MODE          = var.rolefence_mode
  }
}

# Brings its own Node.js: for every runtime but nodejs.
resource "aws_lambda_layer_version" "rolefence_universal" {
  layer_name               = "rolefence-universal-x86_64"
  filename                 = "${local.dist}/rolefence-universal-x86_64.zip"
  source_code_hash         = filebase64sha256("${local.dist}/rolefence-universal-x86_64.zip")
  compatible_architectures = ["x86_64"]
  license_info             = "Apache-2.0"
}

resource "aws_lambda_layer_version" "rolefence_slim" {
  layer_name          = "rolefence-slim"
  filename            = "${local.dist}/rolefence-slim.zip"
  source_code_hash    = filebase64sha256("${local.dist}/rolefence-slim.zip")
  compatible_runtimes = ["nodejs20.x", "nodejs22.x", "nodejs24.x"]
  license_info        = "Apache-2.0"
}

resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

data "archive_file" "python" {
  type        = "zip"
  source_dir  = "${path.module}/../functions/python"
  output_path = "${path.module}/python.zip"
}

data "archive_file" "node" {
  type        = "zip"
  source_dir  = "${path.module}/../functions/node"
  output_path = "${path.module}/node.zip"
}

resource "aws_lambda_function" "python" {
  function_name    = "orders-python"
  role             = aws_iam_role.orders.arn
  runtime          = "python3.13"
  handler          = "app.handler"
  memory_size      = 256
  filename         = data.archive_file.python.output_path
  source_code_hash = data.archive_file.python.output_base64sha256
  layers           = [aws_lambda_layer_version.rolefence_universal.arn]
  environment {
    variables = merge(local.rolefence, { TABLE = aws_dynamodb_table.orders.name })
  }
}

resource "aws_lambda_function" "node" {
  function_name    = "orders-node"
  role             = aws_iam_role.orders.arn
  runtime          = "nodejs22.x"
  handler          = "index.handler"
  memory_size      = 256
  filename         = data.archive_file.node.output_path
  source_code_hash = data.archive_file.node.output_base64sha256
  layers           = [aws_lambda_layer_version.rolefence_slim.arn]
  environment {
    variables = merge(local.rolefence, { TABLE = aws_dynamodb_table.orders.name })
  }
}

resource "aws_iam_role" "orders" {
  name = "orders"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "orders" {
  name = "orders"
  role = aws_iam_role.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "dynamodb:GetItem", Resource = aws_dynamodb_table.orders.arn },
      { Effect = "Allow", Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" },
    ]
  })
}
