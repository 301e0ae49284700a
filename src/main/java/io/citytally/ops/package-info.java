/** What an operator does beside the job. It shares the tables with it, and knows no Flink. */
package io.citytally.ops;
