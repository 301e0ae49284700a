package io.citytally.web;

import io.citytally.dynamodb.BallotTable;
import io.citytally.dynamodb.RecentVotesTable;
import io.citytally.dynamodb.TotalVotesTable;
import io.citytally.dynamodb.VotesTable;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The web application's settings on Lambda, from its environment variables:
 *
 * <ul>
 *   <li>{@code VOTES_TABLE}, {@code TOTAL_VOTES_TABLE}, {@code RECENT_VOTES_TABLE}, {@code
 *       BALLOT_TABLE}: the tables' names, by default those that the job writes by default.
 *   <li>{@code OIDC_ISSUER}: whose citizens may vote; without it, whoever makes a random id. With
 *       it, the following must be there:
 *   <li>{@code OIDC_AUDIENCE}: whom the issuer's tokens are for, as the JWT authorizer checks it.
 *   <li>{@code VOTE_ID_KEY}: the secret key of the votes' ids, base64 of at least {@value
 *       CitizenIdentity#MIN_KEY_BYTES} random bytes.
 *   <li>{@code VOTE_PER}: {@code city}, {@code region} or {@code improvement}, which is the
 *       default.
 * </ul>
 */
final class LambdaConfig {

  static final String OIDC_ISSUER = "OIDC_ISSUER";
  static final String OIDC_AUDIENCE = "OIDC_AUDIENCE";
  static final String VOTE_ID_KEY = "VOTE_ID_KEY";
  static final String VOTE_PER = "VOTE_PER";

  private final Map<String, String> environment;
  private final Optional<CitizenIdentity> citizens;

  private LambdaConfig(Map<String, String> environment) {
    this.environment = environment;
    citizens = readCitizens();
  }

  /**
   * @throws IllegalArgumentException saying which variable is wrong, and how it should be
   */
  static LambdaConfig parse(Map<String, String> environment) {
    return new LambdaConfig(environment);
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

  /** None if whoever makes a random id may vote. */
  Optional<CitizenIdentity> citizens() {
    return citizens;
  }

  private Optional<CitizenIdentity> readCitizens() {
    Optional<String> issuer = value(OIDC_ISSUER);
    if (issuer.isEmpty()) {
      for (String each : new String[] {OIDC_AUDIENCE, VOTE_ID_KEY, VOTE_PER}) {
        if (value(each).isPresent()) {
          throw new IllegalArgumentException(
              each + " is set, but not " + OIDC_ISSUER + ": set both, or neither");
        }
      }
      return Optional.empty();
    }
    return Optional.of(
        new CitizenIdentity(issuer.get(), required(OIDC_AUDIENCE), key(), votePer()));
  }

  private byte[] key() {
    String encoded = required(VOTE_ID_KEY);
    byte[] key;
    try {
      key = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      key = new byte[0];
    }
    if (key.length < CitizenIdentity.MIN_KEY_BYTES) {
      // It is a secret, and not shown.
      throw new IllegalArgumentException(
          VOTE_ID_KEY
              + " must be base64 of at least "
              + CitizenIdentity.MIN_KEY_BYTES
              + " bytes, such as `openssl rand -base64 32` makes");
    }
    return key;
  }

  private VotePer votePer() {
    String label = value(VOTE_PER).orElse(VotePer.IMPROVEMENT.label());
    return Arrays.stream(VotePer.values())
        .filter(each -> each.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    VOTE_PER
                        + " is '"
                        + label
                        + "', but must be one of "
                        + Arrays.stream(VotePer.values())
                            .map(VotePer::label)
                            .collect(Collectors.joining(", "))));
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
