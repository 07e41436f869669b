# The AWS CLI: AWS work|attack, AWS the program. Exit code 3 with AWS's error code and the number of attempts on standard error.
aws=$1
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT || exit 1

digest() { sha256sum | cut -d ' ' -f 1; }

if [ "$2" = attack ]; then
  said=$("$aws" dynamodb scan --table-name Customers 2>&1) && exit 0
  # It says how often it has tried where that was more than once.
  case $said in *'reached max retries'*) attempts=many ;; *) attempts=1 ;; esac
  printf '%s %s\n' "$(printf '%s\n' "$said" | sed -n 's/.*(\([A-Za-z]*\)) when calling .*/\1/p')" "$attempts" >&2
  exit 3
fi

set -e
# Version 1 presigns by SigV2 where nobody asks for more, which has no region and cannot be sealed.
printf '[default]\ns3 =\n  signature_version = s3v4\n' >"$folder/config"
export AWS_CONFIG_FILE="$folder/config"
"$aws" s3 cp s3://photo-uploads/summer/noon.bmp - | digest
head -c 600000 /dev/zero >"$folder/thumbnail"
"$aws" s3 cp --quiet "$folder/thumbnail" s3://photo-thumbnails/cli
"$aws" dynamodb get-item --table-name Images --key '{"image":{"S":"summer/noon.bmp"}}' >"$folder/item"
# By curl, as whoever was given the URL would use it.
url=$("$aws" s3 presign s3://photo-uploads/summer/noon.bmp)
curl -sS --fail "$url" | digest
