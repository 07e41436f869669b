# curl, which signs for AWS itself: work|attack. Exit code 3 with AWS's error code and the number of attempts on standard error.
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT || exit 1

# The keys come over standard input: a command line is everybody's to read.
call() { # service argument…
  service=$1
  shift
  curl -sS -K - --aws-sigv4 "aws:amz:us-east-1:$service" "$@" <<KEYS
user = "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"
header = "x-amz-security-token: $AWS_SESSION_TOKEN"
KEYS
}
dynamodb() { # operation input
  call dynamodb -H 'content-type: application/x-amz-json-1.0' -H "x-amz-target: DynamoDB_20120810.$1" -d "$2" https://dynamodb.us-east-1.amazonaws.com/
}

if [ "$1" = attack ]; then
  said=$(dynamodb Scan '{"TableName":"Customers"}')
  code=$(printf '%s' "$said" | sed -n 's/.*"__type": *"\([^"#]*#\)\{0,1\}\([A-Za-z]*\)".*/\2/p')
  [ -n "$code" ] || exit 0
  printf '%s 1\n' "$code" >&2
  exit 3
fi

set -e
EMPTY=$(printf '' | sha256sum | cut -d ' ' -f 1)
call s3 --fail -H "x-amz-content-sha256: $EMPTY" https://photo-uploads.s3.us-east-1.amazonaws.com/summer/noon.bmp | sha256sum | cut -d ' ' -f 1
head -c 600000 /dev/zero >"$folder/thumbnail"
call s3 --fail -X PUT -H "x-amz-content-sha256: $(sha256sum "$folder/thumbnail" | cut -d ' ' -f 1)" -H 'content-type: application/octet-stream' --data-binary "@$folder/thumbnail" https://photo-thumbnails.s3.us-east-1.amazonaws.com/curl
dynamodb GetItem '{"TableName":"Images","Key":{"image":{"S":"summer/noon.bmp"}}}' >"$folder/item"
