import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedPutObjectRequest;

/** What a Java function presigns for others, one line each, and how the sensor's refusal looks. */
public class Presign {
  public static void main(String[] args) throws Exception {
    try (S3Presigner s3 = S3Presigner.create()) {
      Duration hour = Duration.ofHours(1);
      String get =
          s3.presignGetObject(
                  r -> r.signatureDuration(hour).getObjectRequest(g -> g.bucket("photos").key("summer days/1.jpg")))
              .url()
              .toString();
      System.out.println(RolefencePresign.forOthers(get));
      PresignedPutObjectRequest put =
          s3.presignPutObject(
              r -> r.signatureDuration(hour).putObjectRequest(p -> p.bucket("photos").key("summer days/1.jpg")));
      System.out.println(RolefencePresign.forOthers("PUT", put.url().toString(), Map.of()));
      try {
        RolefencePresign.forOthers(get.replace("photos", "salaries"));
      } catch (IOException refused) {
        System.out.println(refused.getMessage());
      }
    }
  }
}
