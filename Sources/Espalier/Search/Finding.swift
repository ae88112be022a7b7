public import Certificates
public import ExactArithmetic
public import MILP

/// What a search found out about one side of one unit.
public enum Finding: Hashable, Sendable {
  /// A candidate proof that the unit never takes the sign.
  case proof(Proof)
  /// A candidate input at which it takes the sign.
  case witness([Dyadic])
  /// Neither, because a limit was met or because the numbers are not fit for the engine.
  case nothing(Limit)
}
