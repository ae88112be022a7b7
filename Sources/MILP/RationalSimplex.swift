internal import BigInt

/// An exact simplex method for small dense programs.
///
/// First the violated rows are repaired one by one, then the objective is improved; both phases
/// take the smallest index among equals, so they always end. Arithmetic is on integers only, so
/// weights such as 2^600 beside 2^-600 are no special case, only slow.
///
/// - Source: Dutertre, de Moura, "A Fast Linear-Arithmetic Solver for DPLL(T)", CAV 2006, for the
///   repair phase; Bland, "New Finite Pivoting Rules for the Simplex Method", 1977.
public enum RationalSimplex {
  /// Solves the program.
  ///
  /// - Complexity: Pivots of O(rows · columns) integer operations; exponentially many at worst.
  public static func solve(_ program: RationalLP) -> RationalLPOutcome {
    let scaling = IntegerScaling(program)
    var dictionary = scaling.dictionary
    while let violation = dictionary.firstViolation {
      guard let entering = dictionary.enteringColumn(repairing: violation) else {
        return .infeasible(rowMultipliers: farkasMultipliers(violation, dictionary, scaling))
      }
      dictionary.pivot(
        row: violation.row, column: entering, leavingAtUpper: !violation.isBelowLower)
    }
    while let entering = dictionary.improvingColumn {
      switch dictionary.firstBlock(forColumn: entering) {
      case .oppositeBound: dictionary.moveToOppositeBound(column: entering)
      case .row(let row, let leavesAtUpper):
        dictionary.pivot(row: row, column: entering, leavingAtUpper: leavesAtUpper)
      }
    }
    return optimum(dictionary, scaling)
  }

  /// The answer that an optimal dictionary holds.
  static func optimum(
    _ dictionary: IntegerDictionary, _ scaling: IntegerScaling
  ) -> RationalLPOutcome {
    var duals = [Rational](repeating: .zero, count: scaling.rowCount)
    var reducedCosts = [Rational](repeating: .zero, count: scaling.columnCount)
    for (column, variable) in dictionary.nonbasic.enumerated() {
      let share = Rational(dictionary.objective[column], dictionary.denominator)
      if variable < scaling.columnCount {
        reducedCosts[variable] = share.scaled(byPowerOfTwo: -scaling.objectiveShift)
      } else {
        let row = variable - scaling.columnCount
        duals[row] = share.scaled(byPowerOfTwo: scaling.rowShifts[row] - scaling.objectiveShift)
      }
    }
    let point = dictionary.values(ofFirst: scaling.columnCount).map {
      $0.scaled(byPowerOfTwo: scaling.columnExponent)
    }
    let value = Rational(dictionary.objectiveNumerator, dictionary.denominator)
      .scaled(byPowerOfTwo: scaling.columnExponent - scaling.objectiveShift)
    return .optimal(value: value, point: point, rowDuals: duals, reducedCosts: reducedCosts)
  }

  /// The violated variable is a sum of the others, each already at the end that helps most: that
  /// sum, read as a combination of rows, is the proof.
  static func farkasMultipliers(
    _ violation: IntegerDictionary.Violation, _ dictionary: IntegerDictionary,
    _ scaling: IntegerScaling
  ) -> [Rational] {
    var multipliers = [Rational](repeating: .zero, count: scaling.rowCount)
    func add(_ value: Rational, to variable: Int) {
      guard variable >= scaling.columnCount else { return }
      let row = variable - scaling.columnCount
      multipliers[row] = value.scaled(byPowerOfTwo: scaling.rowShifts[row])
    }
    let isBelow = violation.isBelowLower
    add(Rational(isBelow ? -1 : 1), to: dictionary.basic[violation.row])
    for (column, variable) in dictionary.nonbasic.enumerated() {
      let entry = dictionary.entries[violation.row][column]
      add(Rational(isBelow ? entry : -entry, dictionary.denominator), to: variable)
    }
    return multipliers
  }
}
