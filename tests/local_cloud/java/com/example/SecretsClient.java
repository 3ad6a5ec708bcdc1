package com.example;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Asks Secrets Manager's own host, signed with Signature Version 4; the JDK alone. */
public final class SecretsClient {
    private static final String TARGET = "secretsmanager.GetSecretValue";
    private static final String TYPE = "application/x-amz-json-1.1";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static String read(String secretArn) throws IOException {
        String region = System.getenv("AWS_REGION");
        String host = "secretsmanager." + region + ".amazonaws.com";
        String body = "{\"SecretId\": \"" + secretArn + "\"}";
        try {
            HttpRequest request = signed(region, host, body);
            HttpResponse<String> answer =
                    CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(answer.statusCode() + ": " + answer.body());
            }
            return answer.body();
        } catch (GeneralSecurityException | InterruptedException failure) {
            throw new IOException(failure);
        }
    }

    private static HttpRequest signed(String region, String host, String body)
            throws GeneralSecurityException {
        String now =
                DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                        .format(ZonedDateTime.now(ZoneOffset.UTC));
        String day = now.substring(0, 8);
        String token = System.getenv("AWS_SESSION_TOKEN");
        String names = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
        String headers =
                "content-type:" + TYPE + "\nhost:" + host + "\nx-amz-date:" + now
                        + "\nx-amz-security-token:" + token + "\nx-amz-target:" + TARGET + "\n";
        String canonical = "POST\n/\n\n" + headers + "\n" + names + "\n" + digest(body);
        String scope = day + "/" + region + "/secretsmanager/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + now + "\n" + scope + "\n" + digest(canonical);
        byte[] key = ("AWS4" + System.getenv("AWS_SECRET_ACCESS_KEY")).getBytes();
        for (String each : new String[] {day, region, "secretsmanager", "aws4_request"}) {
            key = mac(key, each);
        }
        String authorization =
                "AWS4-HMAC-SHA256 Credential=" + System.getenv("AWS_ACCESS_KEY_ID") + "/" + scope
                        + ", SignedHeaders=" + names + ", Signature=" + hex(mac(key, toSign));
        return HttpRequest.newBuilder(URI.create("https://" + host + "/"))
                .header("Content-Type", TYPE)
                .header("X-Amz-Date", now)
                .header("X-Amz-Security-Token", token)
                .header("X-Amz-Target", TARGET)
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static byte[] mac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(String text) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        return hex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            text.append(String.format("%02x", each));
        }
        return text.toString();
    }

    private SecretsClient() {}
}
