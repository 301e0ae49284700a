package io.citytally.cli.result;

/** The names of the tables that a result is made of. */
record ResultTables(String election, String totalVotes, String turnout, String ballot) {}
