/// The dual simplex method in doubles for programs of which few rows matter.
///
/// It starts at the best corner of the box, enters rows that the point violates, and repairs them
/// by dual pivots. Its objective is an upper bound all the way, so it may stop as soon as that is
/// low enough. Cheap enough to be started anew for every question: no state is kept warm.
///
/// - Source: Lemke, "The dual method of solving the linear programming problem", 1954.
struct LazyFloatSimplex {
  /// Violations below this share of a row's size are left alone; whoever uses the result checks it.
  static let tolerance = 1e-11
  /// The most pivots per column and row.
  static let pivotShare = 4

  private let program: CellProgram
  private let columnCount: Int
  private let constant: Double
  /// What stands in each nonbasic place: a column, or after those a row's activity.
  private var nonbasic: [Int]
  private var values: [Double]
  private var isAtUpper: [Bool]
  private var reduced: [Double]
  private var basic: [Int] = []
  private var entries: [[Double]] = []
  private var basicValues: [Double] = []
  private var isEntered: [Bool]
  /// How far reduced costs may be on the wrong side of 0.
  private let costSlack: Double

  init(_ program: CellProgram, objective: [Double]) {
    self.program = program
    columnCount = program.lower.count
    constant = objective[columnCount]
    nonbasic = Array(0..<columnCount)
    reduced = Array(objective[..<columnCount])
    isAtUpper = reduced.map { $0 > 0 }
    costSlack = 1e-10 * reduced.reduce(0) { max($0, $1.magnitude) }
    isEntered = Array(repeating: false, count: program.constraints.count)
    values = zip(isAtUpper, zip(program.lower, program.upper)).map { $0 ? $1.1 : $1.0 }
  }

  /// Runs to the optimum, or until the objective is below `stop`; nil if it does not end.
  mutating func run(stop: Double) -> CellProgram.Answer? {
    let limit = Self.pivotShare * (columnCount + program.constraints.count) + 20
    for _ in 0..<limit {
      let bound = objective
      if !bound.isFinite { return nil }
      if bound < stop { return answer(bound, point: nil) }
      if let violated = violatedBasic() {
        guard
          let column = enteringColumn(
            violated.row, raises: violated.isBelow, by: violated.size)
        else { return nil }
        pivot(violated.row, column, leavesAtUpper: !violated.isBelow)
        continue
      }
      let point = self.point
      guard let row = violatedConstraint(at: point) else { return answer(bound, point: point) }
      enter(row)
    }
    return nil
  }

  private var objective: Double {
    var sum = constant
    for j in 0..<columnCount { sum += reduced[j] * values[j] }
    return sum
  }

  private var point: [Double] {
    var point = [Double](repeating: 0, count: columnCount)
    for j in 0..<columnCount where nonbasic[j] < columnCount { point[nonbasic[j]] = values[j] }
    for (row, variable) in basic.enumerated() where variable < columnCount {
      point[variable] = min(
        max(basicValues[row], program.lower[variable]), program.upper[variable])
    }
    return point
  }

  private func answer(_ bound: Double, point: [Double]?) -> CellProgram.Answer {
    let multipliers = nonbasic.indices.compactMap { j -> (index: Int, value: Double)? in
      guard nonbasic[j] >= columnCount, reduced[j] < 0 else { return nil }
      return (nonbasic[j] - columnCount, -reduced[j])
    }
    return CellProgram.Answer(bound: bound, point: point, multipliers: multipliers)
  }

  // MARK: Rows

  private func bounds(of variable: Int) -> (lower: Double, upper: Double) {
    variable < columnCount
      ? (program.lower[variable], program.upper[variable])
      : (-program.constraints[variable - columnCount].values[columnCount], .infinity)
  }

  /// The basic variable that is farthest outside its bounds.
  private func violatedBasic() -> (row: Int, isBelow: Bool, size: Double)? {
    var worst: (row: Int, isBelow: Bool, size: Double)?
    var largest = 0.0
    for (row, variable) in basic.enumerated() {
      let (lower, upper) = bounds(of: variable)
      let value = basicValues[row]
      let slack = Self.tolerance * (1 + value.magnitude)
      if lower - value > max(slack, largest) {
        largest = lower - value
        worst = (row, true, largest)
      } else if value - upper > max(slack, largest) {
        largest = value - upper
        worst = (row, false, largest)
      }
    }
    return worst
  }

  private func violatedConstraint(at point: [Double]) -> Int? {
    var worst: Int?
    var largest = 0.0
    for (index, constraint) in program.constraints.enumerated() where !isEntered[index] {
      var value = constraint.values[columnCount]
      var size = value.magnitude
      constraint.values.withUnsafeBufferPointer { values in
        for t in 0..<columnCount {
          let product = values[t] * point[t]
          value += product
          size += product.magnitude
        }
      }
      guard value < -Self.tolerance * size, size > 0 else { continue }
      if -value / size > largest {
        worst = index
        largest = -value / size
      }
    }
    return worst
  }

  private mutating func enter(_ index: Int) {
    let constraint = program.constraints[index]
    isEntered[index] = true
    var entry = [Double](repeating: 0, count: columnCount)
    for j in 0..<columnCount where nonbasic[j] < columnCount {
      entry[j] = constraint.values[nonbasic[j]]
    }
    for (row, variable) in basic.enumerated() where variable < columnCount {
      let factor = constraint.values[variable]
      if factor == 0 { continue }
      for j in 0..<columnCount { entry[j] += factor * entries[row][j] }
    }
    basic.append(columnCount + index)
    basicValues.append(dot(entry, values))
    entries.append(entry)
  }

  // MARK: Pivots

  /// The nonbasic variable that repairs a row, once those before it have gone to their other bounds.
  ///
  /// Variables take part in the order of their costs. Each that may go all the way to its other
  /// bound without repairing the row does so; the first that would repair it enters, or one that
  /// costs about the same and has a larger entry, so that no pivot is tiny.
  ///
  /// - Source: Harris, "Pivot selection methods of the Devex LP code", 1973; Maros, "A generalized
  ///   dual phase-2 simplex algorithm", 2003, for the long steps.
  private mutating func enteringColumn(_ row: Int, raises: Bool, by violation: Double) -> Int? {
    let entries = entries[row]
    let smallest = Self.tolerance * entries.reduce(0) { max($0, $1.magnitude) }
    var candidates: [Candidate] = []
    candidates.reserveCapacity(columnCount)
    for j in 0..<columnCount
    where (entries[j] > 0) == (raises != isAtUpper[j]) && entries[j].magnitude > smallest
      && !isFixed(nonbasic[j])
    {
      let (lower, upper) = bounds(of: nonbasic[j])
      candidates.append(
        Candidate(
          column: j, cost: reduced[j].magnitude / entries[j].magnitude,
          reach: entries[j].magnitude * (upper - lower)))
    }
    guard let index = Self.selectBreak(&candidates, violation: violation) else { return nil }
    let chosen = candidates[index]
    let limit = chosen.cost + costSlack / entries[chosen.column].magnitude
    var best = chosen.column
    for other in candidates[index...] where other.cost <= limit {
      if entries[other.column].magnitude > entries[best].magnitude { best = other.column }
    }
    for flipped in candidates[..<index] { flip(flipped.column) }
    return best
  }

  /// A nonbasic variable that may help to repair a row.
  private struct Candidate {
    let column: Int
    let cost: Double
    /// How much of the violation it repairs on its way to the other bound.
    let reach: Double
  }

  /// Moves the cheapest candidates to the front until one repairs what those before it leave of
  /// the violation; returns its index, or nil if all together do not.
  private static func selectBreak(
    _ candidates: inout [Candidate], violation: Double
  ) -> Int? {
    var (start, end) = (0, candidates.count)
    var left = violation
    while end - start > 1 {
      // Stored order is no order of costs, so the middle element halves as well as any.
      candidates.swapAt(start + (end - start) / 2, end - 1)
      let pivot = candidates[end - 1].cost
      var place = start
      var reach = 0.0
      for i in start..<end - 1 where candidates[i].cost < pivot {
        reach += candidates[i].reach
        candidates.swapAt(i, place)
        place += 1
      }
      candidates.swapAt(place, end - 1)
      if reach >= left {
        end = place
      } else if reach + candidates[place].reach >= left {
        return place
      } else {
        left -= reach + candidates[place].reach
        start = place + 1
      }
    }
    return start < end && candidates[start].reach >= left ? start : nil
  }

  private mutating func flip(_ j: Int) {
    let (lower, upper) = bounds(of: nonbasic[j])
    isAtUpper[j].toggle()
    values[j] = isAtUpper[j] ? upper : lower
  }

  private func isFixed(_ variable: Int) -> Bool {
    variable < columnCount && program.lower[variable] == program.upper[variable]
  }

  private mutating func pivot(_ row: Int, _ column: Int, leavesAtUpper: Bool) {
    let (lower, upper) = bounds(of: basic[row])
    let inverse = 1 / entries[row][column]
    var pivotRow = entries[row]
    for j in 0..<columnCount { pivotRow[j] *= -inverse }
    pivotRow[column] = inverse
    for other in entries.indices where other != row {
      eliminate(&entries[other], pivotRow, column)
    }
    eliminate(&reduced, pivotRow, column)
    entries[row] = pivotRow
    (basic[row], nonbasic[column]) = (nonbasic[column], basic[row])
    isAtUpper[column] = leavesAtUpper
    values[column] = leavesAtUpper ? upper : lower
    for index in basic.indices { basicValues[index] = dot(entries[index], values) }
  }

  private func eliminate(_ target: inout [Double], _ pivotRow: [Double], _ column: Int) {
    let factor = target[column]
    if factor == 0 { return }
    target[column] = 0
    target.withUnsafeMutableBufferPointer { target in
      pivotRow.withUnsafeBufferPointer { pivotRow in
        for j in 0..<columnCount { target[j] += factor * pivotRow[j] }
      }
    }
  }

  private func dot(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        for j in 0..<columnCount { sum += left[j] * right[j] }
      }
    }
    return sum
  }
}
