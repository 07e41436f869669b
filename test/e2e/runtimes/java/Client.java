import java.net.HttpURLConnection;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** A program with the AWS SDK for Java 2: `apache|netty|url|crt|crt-s3` and `work|attack`, or `kinesis`, whose bodies are CBOR, and `attack`. Exit code 3 with AWS's error code and the number of attempts on standard error. */
public class Client {
  static final Map<String, AttributeValue> KEY = Map.of("image", AttributeValue.fromS("summer/noon.bmp"));
  static final byte[] THUMBNAIL = new byte[600_000];

  public static void main(String[] args) throws Exception {
    try {
      boolean attack = args[1].equals("attack");
      if (args[0].equals("kinesis")) stream();
      else if (args[0].equals("crt-s3")) nativeS3(attack);
      else if (args[0].equals("netty")) netty(attack);
      else sync(client(args[0]), attack);
    } catch (CompletionException error) {
      fail((AwsServiceException) error.getCause());
    } catch (AwsServiceException error) {
      fail(error);
    }
    System.exit(0);
  }

  static SdkHttpClient client(String name) {
    return switch (name) {
      case "apache" -> ApacheHttpClient.create();
      case "crt" -> AwsCrtHttpClient.create();
      default -> UrlConnectionHttpClient.create();
    };
  }

  static void sync(SdkHttpClient http, boolean attack) throws Exception {
    try (S3Client s3 = S3Client.builder().httpClient(http).build();
        DynamoDbClient dynamodb = DynamoDbClient.builder().httpClient(http).build()) {
      if (attack) {
        dynamodb.scan(r -> r.tableName("Customers"));
        return;
      }
      print(s3.getObjectAsBytes(r -> r.bucket("photo-uploads").key("summer/noon.bmp")).asByteArray());
      s3.putObject(r -> r.bucket("photo-thumbnails").key("java"), RequestBody.fromBytes(THUMBNAIL));
      dynamodb.getItem(r -> r.tableName("Images").key(KEY));
      presigned();
    }
  }

  /** The CRT's S3 client, which cuts large objects into parts and asks for sizes first. */
  static void nativeS3(boolean attack) throws Exception {
    try (S3AsyncClient s3 = S3AsyncClient.crtCreate()) {
      if (attack) {
        s3.listObjectsV2(r -> r.bucket("identity-documents")).join();
        return;
      }
      print(s3.getObject(r -> r.bucket("photo-uploads").key("summer/noon.bmp"), AsyncResponseTransformer.toBytes()).join().asByteArray());
      s3.putObject(r -> r.bucket("photo-thumbnails").key("java"), AsyncRequestBody.fromBytes(THUMBNAIL)).join();
      presigned();
    }
  }

  static void stream() {
    try (KinesisClient kinesis = KinesisClient.builder().httpClient(UrlConnectionHttpClient.create()).build()) {
      kinesis.putRecord(r -> r.streamName("clicks").partitionKey("1").data(SdkBytes.fromUtf8String("body-marker-stream")));
    }
  }

  static void netty(boolean attack) throws Exception {
    try (S3AsyncClient s3 = S3AsyncClient.builder().httpClientBuilder(NettyNioAsyncHttpClient.builder()).build();
        DynamoDbAsyncClient dynamodb =
            DynamoDbAsyncClient.builder().httpClientBuilder(NettyNioAsyncHttpClient.builder()).build()) {
      if (attack) {
        dynamodb.scan(r -> r.tableName("Customers")).join();
        return;
      }
      print(s3.getObject(r -> r.bucket("photo-uploads").key("summer/noon.bmp"), AsyncResponseTransformer.toBytes()).join().asByteArray());
      s3.putObject(r -> r.bucket("photo-thumbnails").key("java"), AsyncRequestBody.fromBytes(THUMBNAIL)).join();
      dynamodb.getItem(r -> r.tableName("Images").key(KEY)).join();
      presigned();
    }
  }

  /** By the JDK's own client, as whoever was given the URL would use it. */
  static void presigned() throws Exception {
    try (S3Presigner presigner = S3Presigner.create()) {
      String url =
          presigner
              .presignGetObject(
                  r ->
                      r.signatureDuration(Duration.ofMinutes(5))
                          .getObjectRequest(g -> g.bucket("photo-uploads").key("summer/noon.bmp")))
              .url()
              .toString();
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      print(connection.getInputStream().readAllBytes());
    }
  }

  static void print(byte[] bytes) throws Exception {
    System.out.println(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  static void fail(AwsServiceException error) {
    System.err.println(error.awsErrorDetails().errorCode() + " " + error.numAttempts());
    System.exit(3);
  }
}
