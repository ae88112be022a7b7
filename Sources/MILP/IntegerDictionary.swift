internal import BigInt

/// A simplex dictionary `denominator · basic = entries · nonbasic` in integers.
///
/// The denominator is the determinant of the basis, so every entry is a minor of the start matrix
/// and the division in `pivot` leaves no remainder. Variables `0..<n` are the columns of the
/// program, the following ones the activities of its rows.
///
/// - Source: Edmonds, "Systems of distinct representatives and linear algebra", 1967; Bareiss 1968.
struct IntegerDictionary {
  /// A basic variable outside its bounds.
  struct Violation {
    let row: Int
    let isBelowLower: Bool
  }

  /// What stops a nonbasic variable on its way.
  enum Block {
    case oppositeBound
    case row(Int, leavesAtUpper: Bool)
  }

  let bounds: [IntegerBounds]
  private(set) var entries: [[BigInt]]
  private(set) var objective: [BigInt]
  private(set) var denominator: BigInt = 1
  private(set) var basic: [Int]
  private(set) var nonbasic: [Int]
  private var isAtUpper: [Bool]
  /// `denominator` times the value of each basic variable.
  private var basicNumerators: [BigInt] = []

  /// The start: the columns nonbasic at their lower bounds, the activities basic.
  init(bounds: [IntegerBounds], entries: [[BigInt]], objective: [BigInt]) {
    self.bounds = bounds
    self.entries = entries
    self.objective = objective
    nonbasic = Array(objective.indices)
    basic = entries.indices.map { objective.count + $0 }
    isAtUpper = objective.map { _ in false }
    updateNumerators()
  }

  /// The violated basic variable with the smallest index.
  var firstViolation: Violation? {
    var found: Violation?
    for row in basic.indices where found.map({ basic[row] < basic[$0.row] }) ?? true {
      guard let size = violation(ofRow: row) else { continue }
      found = Violation(row: row, isBelowLower: size.sign == .minus)
    }
    return found
  }

  /// `denominator` times how far a basic variable is above its upper bound or, negative, below
  /// its lower one; nil if it is within both.
  func violation(ofRow row: Int) -> BigInt? {
    excess(basicNumerators[row], over: bounds[basic[row]])
  }

  /// The same for any numerator over the denominator of the dictionary.
  func excess(_ numerator: BigInt, over bound: IntegerBounds) -> BigInt? {
    if let lower = bound.lower, numerator < lower * denominator {
      return numerator - lower * denominator
    }
    if let upper = bound.upper, numerator > upper * denominator {
      return numerator - upper * denominator
    }
    return nil
  }

  /// The nonbasic variable with the smallest index that can move a violated one towards its bounds.
  func enteringColumn(repairing violation: Violation) -> Int? {
    smallestNonbasic { canRepair(violation, $0) }
  }

  /// True if a nonbasic variable can move a violated one towards its bounds.
  func canRepair(_ violation: Violation, _ column: Int) -> Bool {
    let sign = entries[violation.row][column].signum()
    return canMove(column, up: violation.isBelowLower ? sign > 0 : sign < 0) && sign != 0
  }

  /// The nonbasic variable with the smallest index whose move raises the objective.
  var improvingColumn: Int? {
    smallestNonbasic { column in
      let sign = objective[column].signum()
      return sign != 0 && canMove(column, up: sign > 0)
    }
  }

  /// What a nonbasic variable meets first when it leaves the bound at which it is.
  ///
  /// Ties between rows go to the smallest variable; the opposite bound wins ties, as moving there
  /// is a strict improvement of a variable that is not fixed.
  func firstBlock(forColumn column: Int) -> Block {
    // The step times |entry| equals the room times nothing else: compare room / |entry|.
    var block = Block.oppositeBound
    let own = bounds[nonbasic[column]]
    var room = own.lower.flatMap { lower in own.upper.map { ($0 - lower) * denominator } }
    var speed = denominator
    for row in basic.indices {
      let entry = isAtUpper[column] ? -entries[row][column] : entries[row][column]
      guard let limit = distance(ofRow: row, movingUp: entry.signum() > 0), !entry.isZero else {
        continue
      }
      let magnitude = BigInt(entry.magnitude)
      if let best = room {
        let difference = limit * speed - best * magnitude
        guard difference.signum() < 0 || (difference.isZero && winsTie(row, over: block)) else {
          continue
        }
      }
      room = limit
      speed = magnitude
      block = .row(row, leavesAtUpper: entry.signum() > 0)
    }
    return block
  }

  /// Moves a nonbasic variable from one of its bounds to the other.
  mutating func moveToOppositeBound(column: Int) {
    isAtUpper[column].toggle()
    updateNumerators()
  }

  /// Exchanges a basic and a nonbasic variable; the leaving one ends at one of its bounds.
  mutating func pivot(row: Int, column: Int, leavingAtUpper: Bool) {
    let pivot = entries[row][column]
    let pivotRow = entries[row]
    for other in entries.indices where other != row {
      entries[other] = eliminated(entries[other], pivotRow, column)
    }
    objective = eliminated(objective, pivotRow, column)
    for index in pivotRow.indices { entries[row][index] = -pivotRow[index] }
    entries[row][column] = denominator
    denominator = pivot
    if pivot.sign == .minus { flipSigns() }
    (basic[row], nonbasic[column]) = (nonbasic[column], basic[row])
    isAtUpper[column] = leavingAtUpper
    updateNumerators()
  }

  /// The same without any row.
  func withoutRows() -> IntegerDictionary {
    IntegerDictionary(bounds: bounds, entries: [], objective: objective)
  }

  /// Moves every nonbasic variable to the bound that the objective likes best.
  mutating func moveToBestCorner() {
    for column in nonbasic.indices { isAtUpper[column] = objective[column].signum() > 0 }
    updateNumerators()
  }

  /// Makes the activity of one more row basic.
  mutating func enterRow(variable: Int, _ coefficients: [BigInt]) {
    var entry = [BigInt](repeating: 0, count: nonbasic.count)
    for (column, inner) in nonbasic.enumerated() where inner < coefficients.count {
      entry[column] = coefficients[inner] * denominator
    }
    for (row, inner) in basic.enumerated()
    where inner < coefficients.count && !coefficients[inner].isZero {
      for column in entry.indices where !entries[row][column].isZero {
        entry[column] += coefficients[inner] * entries[row][column]
      }
    }
    entries.append(entry)
    basic.append(variable)
    basicNumerators.append(sum(entry))
  }

  /// `denominator` times the value of the objective.
  var objectiveNumerator: BigInt { sum(objective) }

  /// The values of the first variables.
  func values(ofFirst count: Int) -> [Rational] {
    numerators(ofFirst: count).map { Rational($0, denominator) }
  }

  /// `denominator` times the values of the first variables.
  func numerators(ofFirst count: Int) -> [BigInt] {
    var values = [BigInt](repeating: 0, count: count)
    for column in nonbasic.indices where nonbasic[column] < count {
      values[nonbasic[column]] = value(ofColumn: column) * denominator
    }
    for row in basic.indices where basic[row] < count {
      values[basic[row]] = basicNumerators[row]
    }
    return values
  }
}

extension IntegerDictionary {
  private func eliminated(_ row: [BigInt], _ pivotRow: [BigInt], _ column: Int) -> [BigInt] {
    let factor = row[column]
    let pivot = pivotRow[column]
    return row.enumerated().map { index, entry in
      guard index != column else { return entry }
      let product = entry.isZero ? 0 : pivot * entry
      let numerator = factor.isZero ? product : product - factor * pivotRow[index]
      return denominator == 1 ? numerator : numerator / denominator
    }
  }

  private mutating func flipSigns() {
    denominator.negate()
    for row in entries.indices {
      for column in entries[row].indices { entries[row][column].negate() }
    }
    for column in objective.indices { objective[column].negate() }
  }

  private func smallestNonbasic(where isSuitable: (Int) -> Bool) -> Int? {
    var found: Int?
    for column in nonbasic.indices
    where found.map({ nonbasic[column] < nonbasic[$0] }) ?? true && isSuitable(column) {
      found = column
    }
    return found
  }

  private func canMove(_ column: Int, up: Bool) -> Bool {
    isAtUpper[column] != up && !bounds[nonbasic[column]].isFixed
  }

  /// `denominator` times the distance of a basic variable to its bound in one direction.
  private func distance(ofRow row: Int, movingUp: Bool) -> BigInt? {
    let bound = bounds[basic[row]]
    return movingUp
      ? bound.upper.map { $0 * denominator - basicNumerators[row] }
      : bound.lower.map { basicNumerators[row] - $0 * denominator }
  }

  private func winsTie(_ row: Int, over block: Block) -> Bool {
    switch block {
    case .oppositeBound: false
    case .row(let other, _): basic[row] < basic[other]
    }
  }

  private func value(ofColumn column: Int) -> BigInt {
    let bound = bounds[nonbasic[column]]
    // A nonbasic variable is always at a bound that it has.
    return (isAtUpper[column] ? bound.upper : bound.lower) ?? 0
  }

  private func sum(_ coefficients: [BigInt]) -> BigInt {
    var sum = BigInt(0)
    for (column, coefficient) in coefficients.enumerated() where !coefficient.isZero {
      sum += coefficient * value(ofColumn: column)
    }
    return sum
  }

  private mutating func updateNumerators() { basicNumerators = entries.map(sum) }
}
