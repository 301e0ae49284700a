package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.election.Phase;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LambdaConfigTest {

  private static final String KEY = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=";

  private static final Map<String, String> SECRETS =
      Map.of("arn:key", KEY, "arn:odd", "hush!", "arn:short", "hush", "arn:origin", "from-us");

  private static LambdaConfig parse(String settings) {
    return LambdaConfig.parse(
        Arrays.stream(settings.split(" "))
            .filter(setting -> !setting.isBlank())
            .map(setting -> setting.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])),
        LambdaConfigTest::secret);
  }

  private static String secret(String arn) {
    if (!SECRETS.containsKey(arn)) {
      throw new IllegalArgumentException("there is no " + arn);
    }
    return SECRETS.get(arn);
  }

  @Test
  void needsLittle() {
    LambdaConfig config = parse("OPEN_VOTING=true");

    assertThat(config.votesTable()).isEqualTo("votes");
    assertThat(config.totalVotesTable()).isEqualTo("total_votes");
    assertThat(config.recentVotesTable()).isEqualTo("recent_votes");
    assertThat(config.turnoutTable()).isEqualTo("turnout");
    assertThat(config.ballotTable()).isEqualTo("ballot");
    assertThat(config.electionTable()).isEqualTo("election");
    assertThat(config.voters()).isInstanceOf(OpenVoters.class);
    assertThat(config.withoutElection().phaseAt(Instant.EPOCH)).isEqualTo(Phase.OPEN);
    assertThat(config.originSecret()).isEmpty();
  }

  @Test
  void takesOtherTablesAndAnIssuer() {
    LambdaConfig config =
        parse(
            "VOTES_TABLE=a TOTAL_VOTES_TABLE=b RECENT_VOTES_TABLE=c BALLOT_TABLE=d TURNOUT_TABLE=e"
                + " ELECTION_TABLE=f OIDC_ISSUER=i OIDC_AUDIENCE=u OIDC_CLIENT_ID=p OIDC_SCOPE=s"
                + " OIDC_SUBJECT_CLAIM=n OIDC_TOKEN_ORIGIN=https://t.example"
                + " VOTE_ID_KEY_ARN=arn:key");

    assertThat(config.votesTable()).isEqualTo("a");
    assertThat(config.totalVotesTable()).isEqualTo("b");
    assertThat(config.recentVotesTable()).isEqualTo("c");
    assertThat(config.ballotTable()).isEqualTo("d");
    assertThat(config.turnoutTable()).isEqualTo("e");
    assertThat(config.electionTable()).isEqualTo("f");
    assertThat(signInOf(config))
        .isEqualTo(new SignIn("i", "u", "p", "s", "n", "https://t.example"));
    assertThat(config.withoutElection().phaseAt(Instant.EPOCH)).isEqualTo(Phase.BEFORE);
  }

  @Test
  void signsCitizensInByTheAudienceUnlessTheClientHasAnotherName() {
    LambdaConfig config = parse("OIDC_ISSUER=i OIDC_AUDIENCE=u VOTE_ID_KEY_ARN=arn:key");

    assertThat(signInOf(config)).isEqualTo(new SignIn("i", "u", "u", "citytally/vote", "sub"));
  }

  @Test
  void goesOnWithoutAKeyThatWasErased() {
    LambdaConfig config =
        LambdaConfig.parse(
            Map.of("OIDC_ISSUER", "i", "OIDC_AUDIENCE", "u", "VOTE_ID_KEY_ARN", "arn:key"),
            arn -> {
              throw new SecretGoneException("The secret " + arn + " is gone", new IOException());
            });

    assertThat(config.voters().mode()).isEqualTo(VotingMode.SIGNED_IN);
    assertThatThrownBy(() -> config.voters().pin(VotePer.CITY))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("was erased");
  }

  private static SignIn signInOf(LambdaConfig config) {
    return ((CitizenIdentity) config.voters()).signIn();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                          | Set either OIDC_ISSUER or OPEN_VOTING=true, and not both",
        "OPEN_VOTING=yes                           | Set either OIDC_ISSUER or OPEN_VOTING=true, and not both",
        "OPEN_VOTING=true OIDC_ISSUER=i            | Set either OIDC_ISSUER or OPEN_VOTING=true, and not both",
        "OPEN_VOTING=true OIDC_AUDIENCE=u          | OIDC_AUDIENCE is set, but not OIDC_ISSUER",
        "OIDC_ISSUER=i VOTE_ID_KEY_ARN=arn:key     | OIDC_AUDIENCE must be set",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u             | VOTE_ID_KEY_ARN must be set",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u VOTE_ID_KEY_ARN=arn:odd | arn:odd must be base64 of at least",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u VOTE_ID_KEY_ARN=arn:short | arn:short must be base64 of",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u VOTE_ID_KEY_ARN=arn:none | VOTE_ID_KEY_ARN: there is no arn:none",
        "OPEN_VOTING=true VOTE_ID_KEY_ARN=arn:key  | VOTE_ID_KEY_ARN is set, but not OIDC_ISSUER",
        "OPEN_VOTING=true ALLOWED_ORIGINS=portal.example | ALLOWED_ORIGINS: 'portal.example' is not",
        "VOTE_ID_KEY=hush                          | VOTE_ID_KEY must not be set",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u VOTE_ID_KEY=hush | Set VOTE_ID_KEY_ARN to the ARN",
        "OPEN_VOTING=true ORIGIN_SECRET_ARN=arn:none | ORIGIN_SECRET_ARN: there is no arn:none"
      })
  void saysWhichVariableIsWrong(@Nullable String settings, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(settings == null ? "" : settings))
        .withMessageContaining(reason)
        .withMessageNotContaining("hush");
  }

  @Test
  void readsTheSecretOfTheOriginWithAndWithoutAnIssuer() {
    assertThat(parse("OPEN_VOTING=true ORIGIN_SECRET_ARN=arn:origin").originSecret())
        .contains("from-us");
  }
}
