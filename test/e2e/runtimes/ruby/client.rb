# A program with the AWS SDK for Ruby: `work` or `attack`. Exit code 3 with AWS's error code and the number of attempts on standard error.
require 'aws-sdk-core'
require 'aws-sdk-kms'
require 'aws-sdk-s3'
require 'digest'
require 'net/http'

PHOTO = { bucket: 'photo-uploads', key: 'summer/noon.bmp' }

def show(bytes)
  puts Digest::SHA256.hexdigest(bytes)
end

def work
  s3 = Aws::S3::Client.new
  # Piece by piece, as a stream is read.
  digest = Digest::SHA256.new
  s3.get_object(PHOTO) { |part| digest << part }
  puts digest
  s3.put_object(bucket: 'photo-thumbnails', key: 'ruby', body: "\0" * 600_000)
  Aws::STS::Client.new.get_caller_identity
  # By Ruby's own client, as whoever was given the URL would use it.
  show Net::HTTP.get(URI(Aws::S3::Presigner.new.presigned_url(:get_object, PHOTO)))
end

begin
  ARGV[0] == 'attack' ? Aws::KMS::Client.new.list_keys : work
rescue Aws::Errors::ServiceError => e
  warn "#{e.code} #{e.context.retries + 1}"
  exit 3
end
