package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
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
  void needsNothing() {
    LambdaConfig config = parse("");

    assertThat(config.votesTable()).isEqualTo("votes");
    assertThat(config.totalVotesTable()).isEqualTo("total_votes");
    assertThat(config.recentVotesTable()).isEqualTo("recent_votes");
    assertThat(config.ballotTable()).isEqualTo("ballot");
    assertThat(config.citizens()).isEmpty();
    assertThat(config.originSecret()).isEmpty();
  }

  @Test
  void takesOtherTablesAndAnIssuer() {
    LambdaConfig config =
        parse(
            "VOTES_TABLE=a TOTAL_VOTES_TABLE=b RECENT_VOTES_TABLE=c BALLOT_TABLE=d OIDC_ISSUER=i"
                + " OIDC_AUDIENCE=u VOTE_PER=city VOTE_ID_KEY_ARN=arn:key");

    assertThat(config.votesTable()).isEqualTo("a");
    assertThat(config.totalVotesTable()).isEqualTo("b");
    assertThat(config.recentVotesTable()).isEqualTo("c");
    assertThat(config.ballotTable()).isEqualTo("d");
    CitizenIdentity citizens = config.citizens().orElseThrow();
    assertThat(citizens.issuer()).isEqualTo("i");
    assertThat(citizens.audience()).isEqualTo("u");
    assertThat(citizens.votePer()).isEqualTo(VotePer.CITY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OIDC_AUDIENCE=u                           | OIDC_AUDIENCE is set, but not OIDC_ISSUER",
        "VOTE_PER=city                             | VOTE_PER is set, but not OIDC_ISSUER",
        "OIDC_ISSUER=i VOTE_ID_KEY_ARN=arn:key     | OIDC_AUDIENCE must be set",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u             | VOTE_ID_KEY_ARN must be set",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u VOTE_ID_KEY_ARN=arn:odd | arn:odd must be base64 of at least",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u VOTE_ID_KEY_ARN=arn:short | arn:short must be base64 of",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u VOTE_ID_KEY_ARN=arn:none | VOTE_ID_KEY_ARN: there is no arn:none",
        "VOTE_ID_KEY_ARN=arn:key                   | VOTE_ID_KEY_ARN is set, but not OIDC_ISSUER",
        "VOTE_ID_KEY=hush                          | VOTE_ID_KEY must not be set",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u VOTE_ID_KEY=hush | Set VOTE_ID_KEY_ARN to the ARN",
        "ORIGIN_SECRET_ARN=arn:none                | ORIGIN_SECRET_ARN: there is no arn:none",
        "OIDC_ISSUER=i OIDC_AUDIENCE=u VOTE_PER=house VOTE_ID_KEY_ARN=arn:key"
            + " | VOTE_PER is 'house', but must be one of city, region, improvement"
      })
  void saysWhichVariableIsWrong(String settings, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(settings))
        .withMessageContaining(reason)
        .withMessageNotContaining("hush");
  }

  @Test
  void readsTheSecretOfTheOriginWithAndWithoutAnIssuer() {
    assertThat(parse("ORIGIN_SECRET_ARN=arn:origin").originSecret()).contains("from-us");
  }
}
