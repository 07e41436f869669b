import static java.nio.charset.StandardCharsets.UTF_8;

import software.amazon.awssdk.crt.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.crt.auth.signing.AwsSigner;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpRequest;

/** A download by a multi-region access point, presigned by SigV4A as AWS's common runtime does it. */
public class PresignV4a {
  public static void main(String[] host) throws Exception {
    StaticCredentialsProvider credentials =
        new StaticCredentialsProvider.StaticCredentialsProviderBuilder()
            .withAccessKeyId(System.getenv("AWS_ACCESS_KEY_ID").getBytes(UTF_8))
            .withSecretAccessKey(System.getenv("AWS_SECRET_ACCESS_KEY").getBytes(UTF_8))
            .withSessionToken(System.getenv("AWS_SESSION_TOKEN").getBytes(UTF_8))
            .build();
    try (AwsSigningConfig config = new AwsSigningConfig()) {
      config.setAlgorithm(AwsSigningConfig.AwsSigningAlgorithm.SIGV4_ASYMMETRIC);
      config.setSignatureType(AwsSigningConfig.AwsSignatureType.HTTP_REQUEST_VIA_QUERY_PARAMS);
      config.setRegion("*");
      config.setService("s3");
      config.setTime(System.currentTimeMillis());
      config.setUseDoubleUriEncode(false);
      config.setShouldNormalizeUriPath(false);
      config.setExpirationInSeconds(600);
      config.setSignedBodyValue(AwsSigningConfig.AwsSignedBodyValue.UNSIGNED_PAYLOAD);
      config.setCredentialsProvider(credentials);
      HttpHeader[] headers = {new HttpHeader("host", host[0])};
      HttpRequest request = new HttpRequest("GET", "/summer%20days/1.jpg", headers, null);
      System.out.println("https://" + host[0] + AwsSigner.signRequest(request, config).get().getEncodedPath());
    }
    System.exit(0);
  }
}
