package io.citytally.web;

import io.citytally.election.Election;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import io.citytally.table.BallotTable;
import io.citytally.table.ElectionTable;
import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web application's settings on Lambda, from its environment variables:
 *
 * <ul>
 *   <li>{@code VOTES_TABLE}, {@code TOTAL_VOTES_TABLE}, {@code RECENT_VOTES_TABLE}, {@code
 *       TURNOUT_TABLE}, {@code VOTE_HISTORY_TABLE}, {@code BALLOT_TABLE}, {@code ELECTION_TABLE}:
 *       the tables' names, by default those that the job writes by default.
 *   <li>{@code OPEN_VOTING}: {@code true} lets anyone vote any number of times. It takes the place
 *       of an issuer. Without an election in its table, voting is open all the time.
 *   <li>{@code OIDC_ISSUER}: whose citizens may vote. With it, the next two must be there:
 *   <li>{@code OIDC_AUDIENCE}: whom the issuer's tokens are for, as the JWT authorizer checks it.
 *   <li>{@code VOTE_ID_KEY_ARN}: the secret of AWS Secrets Manager that holds the key of the votes'
 *       ids, base64 of at least {@value CitizenIdentity#MIN_KEY_BYTES} random bytes. Once that
 *       secret is gone, as it is after an election, results are shown and no ballot is taken.
 *   <li>{@code OIDC_CLIENT_ID}: the client by which the pages sign citizens in, by default the
 *       audience.
 *   <li>{@code OIDC_SCOPE}: what a token must allow, by default {@value SignIn#DEFAULT_SCOPE}.
 *   <li>{@code OIDC_SUBJECT_CLAIM}: the claim that tells one citizen from another, by default
 *       {@value SignIn#DEFAULT_SUBJECT_CLAIM}.
 *   <li>{@code OIDC_TOKEN_ORIGIN}: the origin of the issuer's token endpoint, by default that of
 *       the issuer.
 *   <li>{@code ALLOWED_ORIGINS}: the foreign origins whose pages may call the API, with commas
 *       between them, by default none.
 *   <li>{@code ORIGIN_SECRET_ARN}, with or without an issuer: the secret that holds what each
 *       request must carry as {@code X-Citytally-Origin}. Without it, none need.
 * </ul>
 *
 * <p>Secrets are read once, when the function starts, so a snapshot of it holds them. The
 * function's configuration, which many may read, shows only their ARNs.
 */
final class LambdaConfig {

  private static final Logger LOG = LoggerFactory.getLogger(LambdaConfig.class);

  static final String OPEN_VOTING = "OPEN_VOTING";
  static final String OIDC_ISSUER = "OIDC_ISSUER";
  static final String OIDC_AUDIENCE = "OIDC_AUDIENCE";
  static final String OIDC_CLIENT_ID = "OIDC_CLIENT_ID";
  static final String OIDC_SCOPE = "OIDC_SCOPE";
  static final String OIDC_SUBJECT_CLAIM = "OIDC_SUBJECT_CLAIM";
  static final String OIDC_TOKEN_ORIGIN = "OIDC_TOKEN_ORIGIN";
  static final String VOTE_ID_KEY_ARN = "VOTE_ID_KEY_ARN";
  static final String ALLOWED_ORIGINS = "ALLOWED_ORIGINS";
  static final String ORIGIN_SECRET_ARN = "ORIGIN_SECRET_ARN";

  /** Where the key itself once stood. */
  private static final String VOTE_ID_KEY = "VOTE_ID_KEY";

  private final Map<String, String> environment;
  private final UnaryOperator<String> secrets;
  private final Voters voters;
  private final AllowedOrigins allowedOrigins;
  private final Optional<String> originSecret;

  private LambdaConfig(Map<String, String> environment, UnaryOperator<String> secrets) {
    this.environment = environment;
    this.secrets = secrets;
    voters = readVoters();
    allowedOrigins = readAllowedOrigins();
    originSecret = value(ORIGIN_SECRET_ARN).map(arn -> secret(ORIGIN_SECRET_ARN, arn));
  }

  /**
   * Checks the settings, and reads the secrets that they name.
   *
   * @param secrets gives a secret's text for its ARN; throws an {@link IllegalArgumentException} if
   *     that is impossible
   * @throws IllegalArgumentException saying which variable is wrong, and how it should be
   */
  static LambdaConfig parse(Map<String, String> environment, UnaryOperator<String> secrets) {
    return new LambdaConfig(environment, secrets);
  }

  String votesTable() {
    return value("VOTES_TABLE").orElse(VotesTable.DEFAULT_NAME);
  }

  String totalVotesTable() {
    return value("TOTAL_VOTES_TABLE").orElse(TotalVotesTable.DEFAULT_NAME);
  }

  String recentVotesTable() {
    return value("RECENT_VOTES_TABLE").orElse(RecentVotesTable.DEFAULT_NAME);
  }

  String ballotTable() {
    return value("BALLOT_TABLE").orElse(BallotTable.DEFAULT_NAME);
  }

  String voteHistoryTable() {
    return value("VOTE_HISTORY_TABLE").orElse(HistoryTable.DEFAULT_NAME);
  }

  String turnoutTable() {
    return value("TURNOUT_TABLE").orElse(TurnoutTable.DEFAULT_NAME);
  }

  String electionTable() {
    return value("ELECTION_TABLE").orElse(ElectionTable.DEFAULT_NAME);
  }

  Voters voters() {
    return voters;
  }

  /**
   * The election that applies while the table has none. Open voting is then always open; any other
   * is still to be set up.
   */
  Election withoutElection() {
    return voters.mode() == VotingMode.OPEN
        ? Election.alwaysOpen(VotingMode.OPEN, VotePer.REGION)
        : Election.notSetUp(voters.mode());
  }

  AllowedOrigins allowedOrigins() {
    return allowedOrigins;
  }

  /** What each request must carry to be answered; none if any request is. */
  Optional<String> originSecret() {
    return originSecret;
  }

  private Voters readVoters() {
    if (value(VOTE_ID_KEY).isPresent()) {
      throw new IllegalArgumentException(
          VOTE_ID_KEY
              + " must not be set: it shows the key to all who may read the function's"
              + " configuration. Set "
              + VOTE_ID_KEY_ARN
              + " to the ARN of the secret that holds it");
    }
    Optional<String> issuer = value(OIDC_ISSUER);
    if (value(OPEN_VOTING).filter("true"::equals).isPresent() == issuer.isPresent()) {
      throw new IllegalArgumentException(
          "Set either "
              + OIDC_ISSUER
              + " or "
              + OPEN_VOTING
              + "=true, and not both. With "
              + OPEN_VOTING
              + ", anyone can vote any number of times");
    }
    if (issuer.isEmpty()) {
      for (String each : new String[] {OIDC_AUDIENCE, VOTE_ID_KEY_ARN}) {
        if (value(each).isPresent()) {
          throw new IllegalArgumentException(
              each + " is set, but not " + OIDC_ISSUER + ": set both, or neither");
        }
      }
      return new OpenVoters();
    }
    String audience = required(OIDC_AUDIENCE);
    SignIn own =
        new SignIn(
            issuer.get(),
            audience,
            value(OIDC_CLIENT_ID).orElse(audience),
            value(OIDC_SCOPE).orElse(SignIn.DEFAULT_SCOPE),
            value(OIDC_SUBJECT_CLAIM).orElse(SignIn.DEFAULT_SUBJECT_CLAIM));
    SignIn signIn = value(OIDC_TOKEN_ORIGIN).map(own::withTokenOrigin).orElse(own);
    try {
      return new CitizenIdentity(signIn, key());
    } catch (SecretGoneException e) {
      LOG.error("{}: results are shown, but no ballot can be cast or found", e.getMessage());
      return CitizenIdentity.withErasedKey(signIn);
    }
  }

  private AllowedOrigins readAllowedOrigins() {
    Set<String> origins = new LinkedHashSet<>();
    for (String origin : value(ALLOWED_ORIGINS).orElse("").split(",", -1)) {
      if (!origin.isBlank()) {
        origins.add(origin.strip());
      }
    }
    try {
      return new AllowedOrigins(origins);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(ALLOWED_ORIGINS + ": " + e.getMessage(), e);
    }
  }

  private byte[] key() {
    String arn = required(VOTE_ID_KEY_ARN);
    String encoded = secret(VOTE_ID_KEY_ARN, arn);
    byte[] key;
    try {
      key = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      key = new byte[0];
    }
    if (key.length < CitizenIdentity.MIN_KEY_BYTES) {
      // It is a secret, and not shown.
      throw new IllegalArgumentException(
          VOTE_ID_KEY_ARN
              + ": the secret "
              + arn
              + " must be base64 of at least "
              + CitizenIdentity.MIN_KEY_BYTES
              + " bytes, such as `openssl rand -base64 32` makes");
    }
    return key;
  }

  private String secret(String variable, String arn) {
    try {
      return secrets.apply(arn);
    } catch (SecretGoneException e) {
      throw new SecretGoneException(variable + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
    }
  }

  private String required(String name) {
    return value(name)
        .orElseThrow(
            () -> new IllegalArgumentException(name + " must be set where " + OIDC_ISSUER + " is"));
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
