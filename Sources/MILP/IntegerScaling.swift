internal import BigInt
internal import ExactArithmetic

/// Powers of two that turn the dyadic data of a program into integers.
///
/// Columns become `X = x / 2^columnExponent`, the activity of row `i` becomes
/// `2^(rowShifts[i] - columnExponent)` times itself, the objective likewise.
struct IntegerScaling {
  /// One exponent for all columns, so that all column bounds are integers.
  let columnExponent: Int
  /// Per row: makes its coefficients and its scaled right side integers.
  let rowShifts: [Int]
  /// Makes the coefficients of the objective integers.
  let objectiveShift: Int
  /// The coefficients of each row after scaling.
  let rowCoefficients: [[BigInt]]
  /// The program after scaling, all rows basic and all columns at their lower bounds.
  let dictionary: IntegerDictionary

  /// The number of rows of the program.
  var rowCount: Int { rowShifts.count }
  /// The number of columns of the program.
  let columnCount: Int

  /// Scales the program.
  init(_ program: RationalLP) {
    let common = Self.smallestExponent(program.lower + program.upper) ?? 0
    var bounds = zip(program.lower, program.upper).map {
      IntegerBounds(
        lower: $0.significand(atExponent: common), upper: $1.significand(atExponent: common))
    }
    var entries: [[BigInt]] = []
    var shifts: [Int] = []
    for row in program.rows {
      let right = row.rightSide.scaled(byPowerOfTwo: -common)
      let exponent = Self.smallestExponent(row.coefficients + [right]) ?? 0
      entries.append(row.coefficients.map { $0.significand(atExponent: exponent) })
      bounds.append(IntegerBounds(row.relation, right.significand(atExponent: exponent)))
      shifts.append(-exponent)
    }
    let exponent = Self.smallestExponent(program.objective) ?? 0
    columnExponent = common
    rowShifts = shifts
    objectiveShift = -exponent
    columnCount = program.columnCount
    rowCoefficients = entries
    dictionary = IntegerDictionary(
      bounds: bounds, entries: entries,
      objective: program.objective.map { $0.significand(atExponent: exponent) })
  }

  private static func smallestExponent(_ numbers: [Dyadic]) -> Int? {
    numbers.lazy.filter { !$0.isZero }.map(\.exponent).min()
  }
}
