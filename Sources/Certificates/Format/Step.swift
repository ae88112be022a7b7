public import ExactArithmetic
public import NeuralNetwork

/// One end of an interval.
public enum Side: String, Hashable, Sendable, CaseIterable {
  /// The upper end: a proof bounds `z` from above.
  case upper
  /// The lower end: a proof bounds `z` from below.
  case lower

  /// +1 for `upper`, -1 for `lower`: what multiplies `z` so that a bound is a maximum.
  public var sign: Dyadic { self == .upper ? .one : Dyadic(-1) }
}

/// A proof that tightens one end of the interval of one unit.
public struct Step: Hashable, Sendable {
  /// The unit whose interval shrinks.
  public let unit: UnitID
  /// The end that moves.
  public let side: Side
  /// Why it may.
  public let proof: Proof

  /// A step from its parts.
  public init(unit: UnitID, side: Side, proof: Proof) {
    self.unit = unit
    self.side = side
    self.proof = proof
  }
}

/// Why an end of an interval may move.
public enum Proof: Hashable, Sendable {
  /// One evaluation of the leaf inequality; the checker computes the bound itself.
  case lemma(Leaf)
  /// A branching tree whose every leaf proves the bound, in preorder.
  case tree(bound: Dyadic, nodes: [TreeNode])
}

/// One node of a proof tree in preorder.
public enum TreeNode: Hashable, Sendable {
  /// A case distinction on a unit; its off branch (`z ≤ 0`) follows, then its on branch (`z ≥ 0`).
  case split(UnitID)
  /// An end of a branch.
  case leaf(Leaf)
}

/// The multipliers of one leaf inequality: any numbers make a valid one, good ones a tight one.
public struct Leaf: Hashable, Sendable {
  /// A multiplier ν of one unit.
  public struct UnitMultiplier: Hashable, Sendable {
    /// The unit.
    public let unit: UnitID
    /// Its multiplier.
    public let value: Dyadic

    /// A multiplier.
    public init(unit: UnitID, value: Dyadic) {
      self.unit = unit
      self.value = value
    }
  }

  /// A multiplier λ of one row of the domain.
  public struct RowMultiplier: Hashable, Sendable {
    /// The index of the row.
    public let row: Int
    /// Its multiplier, at least zero.
    public let value: Dyadic

    /// A multiplier.
    public init(row: Int, value: Dyadic) {
      self.row = row
      self.value = value
    }
  }

  /// ν, by ascending unit.
  ///
  /// A unit that is missing passes its coefficient on if it is an identity
  /// unit or known to be active, and has ν = 0 otherwise.
  public var units: UnitMultipliers
  /// λ, by ascending row; a missing row has λ = 0.
  public var rows: [RowMultiplier]
  /// μ, the multiplier of the L1 ball.
  public var ball: Dyadic
  /// m, the multiplier of the claim; 0 claims that the branch is empty.
  public var claim: Dyadic

  /// A leaf from its multipliers.
  public init(
    units: [UnitMultiplier], rows: [RowMultiplier] = [], ball: Dyadic = .zero, claim: Dyadic = .one
  ) {
    self.init(units: UnitMultipliers(units), rows: rows, ball: ball, claim: claim)
  }

  init(units: UnitMultipliers, rows: [RowMultiplier], ball: Dyadic, claim: Dyadic) {
    self.units = units
    self.rows = rows
    self.ball = ball
    self.claim = claim
  }
}
