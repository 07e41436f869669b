import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes what a function presigns valid for others where its credentials are sealed: presign as always, then hand the URL or the login token to {@link #forOthers}. Without
 * sealed credentials it comes back as it is. Copy it into your function; it needs Java 11 and nothing else.
 */
public final class RolefencePresign {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().proxy(ProxySelector.of(null)).version(HttpClient.Version.HTTP_1_1).build();

  private RolefencePresign() {}

  /** A presigned GET, or a login token of RDS and its like, with a scheme or without one. */
  public static String forOthers(String presigned) throws IOException, InterruptedException {
    return forOthers("GET", presigned, Map.of());
  }

  /** {@code signed}: the fields that the signature covers besides the host. Throws where the sensor refuses. */
  public static String forOthers(String method, String presigned, Map<String, String> signed)
      throws IOException, InterruptedException {
    String token = System.getenv("AWS_SESSION_TOKEN");
    String port = System.getenv("ROLEFENCE_SENSOR_PORT");
    if (token == null || port == null || !token.startsWith("Rolefence")) return presigned;
    String scheme = presigned.contains("://") ? "" : "https://";
    String headers =
        signed.entrySet().stream()
            .map(field -> quoted(field.getKey()) + ":" + quoted(field.getValue()))
            .collect(Collectors.joining(","));
    String body =
        "{\"method\":" + quoted(method) + ",\"url\":" + quoted(scheme + presigned) + ",\"headers\":{" + headers + "}}";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/presign"))
            .header("Content-Type", "application/json")
            .header("X-Rolefence-Proof", proof(body))
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
    // A URL has no character that JSON escapes.
    String text = answer.body();
    if (answer.statusCode() != 200 || !text.startsWith("{\"url\":\"")) throw new IOException("not signed: " + text);
    return text.substring("{\"url\":\"".length(), text.lastIndexOf('"')).substring(scheme.length());
  }

  private static String proof(String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(System.getenv("AWS_SECRET_ACCESS_KEY").getBytes(UTF_8), "HmacSHA256"));
      StringBuilder hex = new StringBuilder();
      for (byte octet : mac.doFinal(body.getBytes(UTF_8))) hex.append(String.format("%02x", octet));
      return hex.toString();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') json.append('\\').append(c);
      else if (c < ' ') json.append(String.format("\\u%04x", (int) c));
      else json.append(c);
    }
    return json.append('"').toString();
  }
}
