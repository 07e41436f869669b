import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;

/** A login token for a database, which somebody outside of the function checks. The argument is its host and port. */
public class PresignRds {
  public static void main(String[] args) throws Exception {
    String[] address = args[0].split(":");
    RdsUtilities utilities =
        RdsUtilities.builder()
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(EnvironmentVariableCredentialsProvider.create())
            .build();
    String token =
        utilities.generateAuthenticationToken(
            r -> r.hostname(address[0]).port(Integer.parseInt(address[1])).username("shop"));
    System.out.println(RolefencePresign.forOthers(token));
  }
}
