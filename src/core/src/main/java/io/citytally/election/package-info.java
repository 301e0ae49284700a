/**
 * The election: the rules that the city sets, and what the system keeps about them. The web
 * application and the operators' commands know it; the job that counts does not.
 */
package io.citytally.election;
