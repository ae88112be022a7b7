internal import BigInt

/// An exact simplex method for programs of which few rows matter.
///
/// It starts at the best corner of the box with no rows at all, enters those that the optimum
/// violates, and repairs it by dual pivots, until no row is violated. A basis never has more rows
/// than were entered, so the cost follows the rows that matter and not the rows that there are.
///
/// - Source: Lemke, "The dual method of solving the linear programming problem", 1954; rows are
///   entered as in the cutting plane method of Dantzig, Fulkerson and Johnson, 1954.
public enum LazyRationalSimplex {
  /// The most rows that enter at a time.
  static let batchSize = 8
  /// Pivots per row and column after which the smallest index decides, so that the method ends.
  static let greedyPivotShare = 2

  /// Solves the program, or returns nil when more work than `workLimit` would be needed.
  ///
  /// - Parameters:
  ///   - candidateRows: Rows that are entered at once, because somebody thinks that they matter.
  ///   - workLimit: The most products of machine words, roughly: entries of the dictionary times
  ///     words of its denominator, summed over the pivots.
  ///   - shouldStop: Asked before every pivot; if it says so, there is no answer either.
  public static func solve(
    _ program: RationalLP, candidateRows: [Int] = [], workLimit: Int = .max,
    shouldStop: () -> Bool = { false }
  ) -> RationalLPOutcome? {
    var run = Run(scaling: IntegerScaling(program), workLimit: workLimit)
    var batch = candidateRows
    while true {
      run.enter(batch)
      switch run.repair(shouldStop) {
      case .stopped: return nil
      case .infeasible(let multipliers): return .infeasible(rowMultipliers: multipliers)
      case .repaired:
        batch = run.dictionary.violatedRows(
          run.scaling, except: run.entered, atMost: batchSize)
        if batch.isEmpty { return RationalSimplex.optimum(run.dictionary, run.scaling) }
      }
    }
  }

  /// How repairing ends.
  private enum Repair {
    case repaired, stopped
    case infeasible([Rational])
  }

  /// One program while it is solved.
  private struct Run {
    let scaling: IntegerScaling
    let workLimit: Int
    var dictionary: IntegerDictionary
    var entered: [Bool]
    var work = 0
    var pivotCount = 0

    init(scaling: IntegerScaling, workLimit: Int) {
      self.scaling = scaling
      self.workLimit = workLimit
      dictionary = scaling.dictionary.withoutRows()
      dictionary.moveToBestCorner()
      entered = Array(repeating: false, count: scaling.rowCount)
    }

    mutating func enter(_ rows: [Int]) {
      for row in rows where !entered[row] {
        entered[row] = true
        dictionary.enterRow(variable: scaling.columnCount + row, scaling.rowCoefficients[row])
        work += dictionary.size
      }
    }

    /// Dual pivots until no basic variable is outside its bounds.
    mutating func repair(_ shouldStop: () -> Bool) -> Repair {
      let greedyCount = greedyPivotShare * (dictionary.basic.count + scaling.columnCount)
      while let violation = pivotCount < greedyCount
        ? dictionary.largestViolation : dictionary.firstViolation
      {
        guard let column = dictionary.dualEnteringColumn(repairing: violation) else {
          return .infeasible(RationalSimplex.farkasMultipliers(violation, dictionary, scaling))
        }
        work += dictionary.size
        if work > workLimit || shouldStop() { return .stopped }
        dictionary.pivot(
          row: violation.row, column: column, leavingAtUpper: !violation.isBelowLower)
        pivotCount += 1
      }
      return .repaired
    }
  }
}

extension IntegerDictionary {
  /// What one pivot costs, in products of machine words.
  var size: Int { (basic.count + 1) * nonbasic.count * (denominator.bitWidth / 64 + 1) }

  /// The basic variable that is farthest outside its bounds.
  var largestViolation: Violation? {
    var found: (violation: Violation, size: BigInt)?
    for row in basic.indices {
      guard let size = violation(ofRow: row), size.magnitude > found?.size.magnitude ?? 0 else {
        continue
      }
      found = (Violation(row: row, isBelowLower: size.sign == .minus), size)
    }
    return found?.violation
  }

  /// The nonbasic variable that may repair a violated one with the smallest change of reduced
  /// costs per step, so that the objective stays optimal; ties go to the smallest index.
  func dualEnteringColumn(repairing violation: Violation) -> Int? {
    var best: Int?
    let row = entries[violation.row]
    for column in nonbasic.indices where canRepair(violation, column) {
      guard let found = best else {
        best = column
        continue
      }
      let own = objective[column].magnitude * row[found].magnitude
      let other = objective[found].magnitude * row[column].magnitude
      if own < other || own == other && nonbasic[column] < nonbasic[found] { best = column }
    }
    return best
  }

  /// The rows outside the dictionary that its point violates, the worst first.
  func violatedRows(
    _ scaling: IntegerScaling, except entered: [Bool], atMost count: Int
  ) -> [Int] {
    let point = numerators(ofFirst: scaling.columnCount)
    var found: [(row: Int, size: Double)] = []
    for row in entered.indices where !entered[row] {
      let coefficients = scaling.rowCoefficients[row]
      var activity = BigInt(0)
      for (coefficient, value) in zip(coefficients, point)
      where !coefficient.isZero && !value.isZero { activity += coefficient * value }
      guard let excess = excess(activity, over: bounds[scaling.columnCount + row]) else { continue }
      // The order of entry is a matter of speed alone.
      let largest = coefficients.reduce(BigInt(1)) { max($0, BigInt($1.magnitude)) }
      found.append((row, Rational(BigInt(excess.magnitude), largest * denominator).approximation))
    }
    return found.sorted { ($1.size, $0.row) < ($0.size, $1.row) }.prefix(count).map(\.row)
  }
}
