/// How much is to be expected of splitting a branch on an open unit.
enum SplitScore {
  /// What the gain of the better branch counts against that of the other.
  ///
  /// A node of which one branch is closed at once costs hardly more than the other branch.
  private static let betterBranchWeight = 8

  /// The gains of both branches to first order, none more than the bound needs.
  ///
  /// The bound has `q h` of the unit, where its relaxation gives `h` for `z`. Where the unit is off
  /// it has 0, where it is on `q z`.
  ///
  /// - Parameters:
  ///   - coefficient: `q`.
  ///   - bound: The bound that has to become 0.
  @inline(__always)
  static func of<Number: BinaryFloatingPoint>(
    coefficient: Number, preactivation: Number, output: Number, bound: Number
  ) -> Number {
    let need = bound > 0 ? bound : .infinity
    let off = min(max(0, coefficient * output), need)
    let on = min(max(0, coefficient * (output - preactivation)), need)
    return Number(betterBranchWeight) * max(off, on) + min(off, on)
  }
}
