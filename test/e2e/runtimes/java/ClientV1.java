import com.amazonaws.AmazonServiceException;
import com.amazonaws.handlers.RequestHandler2;
import com.amazonaws.handlers.HandlerAfterAttemptContext;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDB;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDBClientBuilder;
import com.amazonaws.services.dynamodbv2.model.AttributeValue;
import com.amazonaws.services.dynamodbv2.model.ScanRequest;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.AmazonS3ClientBuilder;
import com.amazonaws.services.s3.model.ObjectMetadata;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;

/** A program with the AWS SDK for Java 1: `work|attack`. Exit code 3 with AWS's error code and the number of attempts on standard error. */
public class ClientV1 {
  static int attempts = 0;

  public static void main(String[] args) throws Exception {
    RequestHandler2 counting =
        new RequestHandler2() {
          @Override
          public void afterAttempt(HandlerAfterAttemptContext context) {
            attempts++;
          }
        };
    AmazonDynamoDB dynamodb = AmazonDynamoDBClientBuilder.standard().withRequestHandlers(counting).build();
    try {
      if (args[0].equals("attack")) dynamodb.scan(new ScanRequest("Customers"));
      else work(dynamodb);
    } catch (AmazonServiceException error) {
      System.err.println(error.getErrorCode() + " " + attempts);
      System.exit(3);
    }
    System.exit(0);
  }

  static void work(AmazonDynamoDB dynamodb) throws Exception {
    AmazonS3 s3 = AmazonS3ClientBuilder.defaultClient();
    print(s3.getObject("photo-uploads", "summer/noon.bmp").getObjectContent());
    ObjectMetadata metadata = new ObjectMetadata();
    metadata.setContentLength(600_000);
    s3.putObject("photo-thumbnails", "java-v1", new ByteArrayInputStream(new byte[600_000]), metadata);
    dynamodb.getItem("Images", Map.of("image", new AttributeValue("summer/noon.bmp")));
    // By the JDK's own client, as whoever was given the URL would use it.
    Date soon = new Date(System.currentTimeMillis() + 300_000);
    print(s3.generatePresignedUrl("photo-uploads", "summer/noon.bmp", soon).openStream());
  }

  static void print(InputStream stream) throws Exception {
    try (stream) {
      System.out.println(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stream.readAllBytes())));
    }
  }
}
