package io.citytally.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Pin;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Citizens who sign in: subjects that an OpenID Connect issuer vouches for, and their ballots.
 *
 * <p>A ballot's id is a keyed hash of the subject and of the scope in which the rules allow one
 * ballot: the city, or a region. So a citizen who comes twice meets the same ballot, can change it
 * and can't add another, and can't reach anyone else's. Without the key, an id tells nothing about
 * the citizen, even to someone who tries all subjects.
 */
public final class CitizenIdentity implements Voters {

  /** As long as the hash itself, as RFC 2104 advises. */
  public static final int MIN_KEY_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int FINGERPRINT_BYTES = 16;

  private final SignIn signIn;
  private final @Nullable SecretKeySpec key;

  /**
   * @param key secret, random, and the same for as long as an election lasts
   * @throws IllegalArgumentException if the key is too short
   */
  public CitizenIdentity(SignIn signIn, byte[] key) {
    if (key.length < MIN_KEY_BYTES) {
      throw new IllegalArgumentException(
          "the key of the votes' ids must have at least " + MIN_KEY_BYTES + " bytes");
    }
    this.signIn = Objects.requireNonNull(signIn, "signIn");
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  private CitizenIdentity(SignIn signIn) {
    this.signIn = signIn;
    key = null;
  }

  /**
   * Citizens whose ballots nobody can find or change any more, since the key of their ids was
   * erased after the election.
   */
  static CitizenIdentity withErasedKey(SignIn signIn) {
    return new CitizenIdentity(signIn);
  }

  SignIn signIn() {
    return signIn;
  }

  @Override
  public VotingMode mode() {
    return VotingMode.SIGNED_IN;
  }

  /**
   * @throws ProblemException if the key was erased
   */
  @Override
  public Pin pin(VotePer votePer) {
    return Pin.signedIn(
        votePer, signIn.issuer(), signIn.audience(), signIn.subjectClaim(), fingerprint());
  }

  @Override
  public ObjectNode told() {
    return Json.object()
        .put("identity", "oidc")
        .put("issuer", signIn.issuer())
        .put("clientId", signIn.clientId())
        .put("scope", signIn.scope())
        .put("audience", signIn.audience());
  }

  @Override
  public Set<String> origins() {
    return signIn.origins();
  }

  /**
   * @throws ProblemException if no token came along that the issuer gave out to a citizen for
   *     voting, or it can't be checked now
   */
  @Override
  public Voter voterOf(Request request) {
    Claims claims = request.claims();
    String subject = claims.text(signIn.subjectClaim()).orElse("");
    if (claims.text("iss").filter(signIn.issuer()::equals).isEmpty() || subject.isBlank()) {
      boolean tried = request.header("Authorization").isPresent();
      // RFC 6750, section 3: a request without a token gets no error code.
      throw new ProblemException(401, tried ? Problem.SIGN_IN_AGAIN : Problem.SIGN_IN)
          .withHeaders(
              Map.of(
                  "WWW-Authenticate",
                  "Bearer realm=\"citytally\"" + (tried ? ", error=\"invalid_token\"" : "")));
    }
    if (!scopesOf(claims).contains(signIn.scope())) {
      throw new ProblemException(403, Problem.NOT_FOR_VOTING, Map.of("scope", signIn.scope()))
          .withHeaders(
              Map.of(
                  "WWW-Authenticate",
                  "Bearer realm=\"citytally\", error=\"insufficient_scope\", scope=\""
                      + signIn.scope()
                      + '"'));
    }
    return new Citizen(subject, claims);
  }

  /** Most issuers write {@code scope}, Entra ID {@code scp}. Texts have blanks between scopes. */
  private static List<String> scopesOf(Claims claims) {
    List<String> values = claims.texts("scope");
    return (values.isEmpty() ? claims.texts("scp") : values)
        .stream().flatMap(value -> Stream.of(value.split(" ", -1))).toList();
  }

  /** Tells keys apart, and nothing else about them. */
  private String fingerprint() {
    byte[] hash = hash("the fingerprint of the key");
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(hash, FINGERPRINT_BYTES));
  }

  /** Each text with its length before it, so that no two lists of texts are the same bytes. */
  private byte[] hash(String... texts) {
    if (key == null) {
      throw new ProblemException(410, Problem.KEY_ERASED);
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        mac.update(bytes);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** The id of the ballot of the citizen with this subject. */
  String voteId(String subject, String... scope) {
    String[] texts = new String[2 + scope.length];
    texts[0] = signIn.issuer();
    texts[1] = subject;
    System.arraycopy(scope, 0, texts, 2, scope.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash(texts));
  }

  private final class Citizen implements Voter {

    private final String subject;
    private final Claims claims;

    Citizen(String subject, Claims claims) {
      this.subject = subject;
      this.claims = claims;
    }

    /**
     * @throws ProblemException if the key was erased
     */
    @Override
    public String idOf(String... scope) {
      return voteId(subject, scope);
    }

    @Override
    public boolean isIn(String region, String claim) {
      return claims.texts(claim).contains(region);
    }
  }
}
