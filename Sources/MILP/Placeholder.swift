// MILP
