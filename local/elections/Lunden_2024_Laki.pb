META
key;value
description;Participatory budget of Lunden, a town that does not exist
country;Nowhere
unit;Lunden
subunit;Łąki
instance;2024
num_projects;9
num_votes;47
budget;120000
vote_type;approval
rule;greedy
date_begin;01.05.2024
date_end;31.05.2024
min_length;1
max_length;3
currency;EUR
PROJECTS
project_id;cost;votes;name
200;34000;25;Wildflower meadow instead of lawn along Żurawia Street
201;19000;21;Sixty allotments, and a waiting list that moves
202;52000;11;Playground for children who can't sit still (and those who can)
203;11000;5;A fenced dog meadow at Świt Pond
204;30000;8;Hives and a bee teacher for the primary school
205;36000;5;Night bus to Łąki on Fridays and Saturdays
206;15000;2;Ice rink in the cold months
207;47000;3;Library van, twice a week
299;58000;0;"A ferry to nowhere; return tickets only"
VOTES
voter_id;vote
1;201,200
4;206,201,205
7;206,200
10;200
13;200,201
16;203,201,202
19;203
22;204
25;201
28;201
31;200,205
34;201,202
37;202
40;207
43;200
46;203,200
49;207,202,200
52;201,200,203
55;201
58;201
61;203
64;200
67;200
70;202
73;200,201
76;200
79;204,202
82;201,204,200
85;202,201
88;200
91;201,200
94;200
97;201,202,204
100;200
103;200,201
106;202
109;201
112;207,201,200
115;201,205
118;204,205,200
121;204,200,201
124;200,201
127;202
130;200,202
133;204
136;205
139;200,204
