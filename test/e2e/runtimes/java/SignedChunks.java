import static java.util.stream.Collectors.toList;

import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.auth.scheme.S3AuthSchemeProvider;

/** Uploads whose every chunk the SDK for Java 2 signs: one without and one with a signed trailer. */
public class SignedChunks {
  public static void main(String[] args) {
    upload(RequestChecksumCalculation.WHEN_REQUIRED);
    upload(RequestChecksumCalculation.WHEN_SUPPORTED);
  }

  static void upload(RequestChecksumCalculation checksum) {
    try (S3Client s3 =
        S3Client.builder()
            .httpClient(UrlConnectionHttpClient.create())
            .requestChecksumCalculation(checksum)
            .authSchemeProvider(signing())
            .build()) {
      s3.putObject(
          r -> r.bucket("photo-thumbnails").key("chunked/" + checksum), RequestBody.fromBytes(new byte[600_000]));
    }
  }

  static S3AuthSchemeProvider signing() {
    S3AuthSchemeProvider usual = S3AuthSchemeProvider.defaultProvider();
    return request ->
        usual.resolveAuthScheme(request).stream()
            .map(
                scheme ->
                    scheme
                        .toBuilder()
                        .putSignerProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, true)
                        .putSignerProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, true)
                        .build())
            .collect(toList());
  }
}
