public import ExactArithmetic
public import NeuralNetwork

/// A layer while rewrites are applied: rows and columns come and go, and numbers may become longer
/// than the stored type.
public struct WorkingLayer: Sendable {
  /// Where the numbers of a row stand.
  enum Row: Sendable {
    /// In a row of the matrix that was read, but for the columns that changed.
    case stored(Int)
    /// Here, by column number.
    case exact([Dyadic])
  }

  /// The index of the layer in the network that was read.
  public let index: Int
  /// The numbers of the units that are left: rows of the layer that was read, then new units.
  public private(set) var units: [Int]
  /// The activations of the units that are left.
  public private(set) var activations: [Activation]
  /// The biases of the units that are left.
  public internal(set) var biases: [Dyadic]
  /// How far each unit's pre-activation may be from what its row says, on the domain.
  public internal(set) var slacks: [Dyadic]
  /// The proved interval of each unit's pre-activation.
  public private(set) var ranges: [Interval]
  /// How many new units there were so far.
  public private(set) var newUnitCount = 0
  /// How many units the layer that was read has.
  public let readUnitCount: Int
  /// The activation of new units.
  public let activationOfNewUnits: Activation
  /// True if the layer took in another one, or all others.
  public private(set) var isFolded = false
  /// The weights that were read.
  private(set) var matrix: Matrix
  private(set) var rows: [Row]
  /// The numbers of the columns that are left.
  private(set) var columns: [Int]
  private var columnNumberCount: Int
  /// Columns that differ from the matrix, one number per row of the matrix.
  private(set) var changedColumns: [Int: [Dyadic]] = [:]

  /// The layer as it was read, with the proved intervals of its units.
  init(_ layer: Layer, index: Int, ranges: [Interval]) {
    self.index = index
    units = Array(0..<layer.unitCount)
    activations = layer.activations
    biases = layer.biases.map { Dyadic($0) }
    slacks = Array(repeating: .zero, count: layer.unitCount)
    self.ranges = ranges
    readUnitCount = layer.unitCount
    activationOfNewUnits = layer.activations.allSatisfy { $0 == .relu } ? .relu : .identity
    matrix = layer.weights
    rows = units.map(Row.stored)
    columns = Array(0..<layer.inputCount)
    columnNumberCount = layer.inputCount
  }

  /// The units of this layer with other numbers, all of them exact.
  func replacing(
    weights: [[Dyadic]], biases: [Dyadic], slacks: [Dyadic], inputCount: Int
  ) -> WorkingLayer {
    var copy = self
    copy.biases = biases
    copy.slacks = slacks
    copy.rows = weights.map(Row.exact)
    copy.matrix = Matrix(rowCount: 0, columnCount: inputCount, elements: [])
    copy.columns = Array(0..<inputCount)
    copy.columnNumberCount = inputCount
    copy.changedColumns = [:]
    copy.isFolded = true
    return copy
  }

  /// The number of inputs that are left.
  public var inputCount: Int { columns.count }

  /// One weight by its position among what is left.
  public func weight(_ row: Int, _ column: Int) -> Dyadic {
    let number = columns[column]
    switch rows[row] {
    case .exact(let numbers): return numbers[number]
    case .stored(let place): return changedColumns[number]?[place] ?? Dyadic(matrix[place, number])
    }
  }

  /// The weight as it was read, if that is where it stands.
  private func storedWeight(_ row: Int, _ column: Int) -> Double? {
    let number = columns[column]
    guard case .stored(let place) = rows[row], changedColumns[number] == nil else { return nil }
    return matrix[place, number]
  }

  /// True if a weight is zero.
  public func isZero(_ row: Int, _ column: Int) -> Bool {
    storedWeight(row, column).map { $0 == 0 } ?? weight(row, column).isZero
  }

  /// The weights of one row that are left.
  public func row(_ row: Int) -> [Dyadic] { columns.indices.map { weight(row, $0) } }

  /// The weights of one column that are left.
  public func column(_ column: Int) -> [Dyadic] { rows.indices.map { weight($0, column) } }

  /// True if some weight of a column is not zero.
  public func reads(column: Int) -> Bool { rows.indices.contains { !isZero($0, column) } }

  /// True if a unit is affine on the whole domain.
  public func isLinear(_ row: Int) -> Bool {
    activations[row] == .identity || ranges[row].lower.signum >= 0
  }

  /// The range of a unit's output.
  public func outputRange(_ row: Int) -> Interval {
    let range = ranges[row]
    return activations[row] == .identity
      ? range : Interval(max(range.lower, .zero), max(range.upper, .zero))
  }

  // MARK: Sizes

  /// The number of weights and biases that are left.
  public var parameterCount: Int { rows.count * (columns.count + 1) }

  /// The number of weights and biases that are left and not zero.
  public var nonzeroCount: Int { rows.indices.reduce(0) { $0 + nonzeroCount(row: $1) } }

  /// The nonzero weights of one row, and its bias if that is not zero.
  public func nonzeroCount(row: Int) -> Int {
    columns.indices.count { !isZero(row, $0) } + (biases[row].isZero ? 0 : 1)
  }

  /// The nonzero weights of one column.
  public func nonzeroCount(column: Int) -> Int { rows.indices.count { !isZero($0, column) } }

  // MARK: Rows and columns

  mutating func removeRow(_ row: Int) {
    units.remove(at: row)
    activations.remove(at: row)
    biases.remove(at: row)
    slacks.remove(at: row)
    ranges.remove(at: row)
    rows.remove(at: row)
  }

  mutating func removeColumn(_ column: Int) {
    changedColumns[columns.remove(at: column)] = nil
  }

  /// Adds a new unit behind the others.
  mutating func appendRow(_ weights: [Dyadic], bias: Dyadic, slack: Dyadic, range: Interval) {
    units.append(readUnitCount + newUnitCount)
    newUnitCount += 1
    activations.append(activationOfNewUnits)
    biases.append(bias)
    slacks.append(slack)
    ranges.append(range)
    var numbers = [Dyadic](repeating: .zero, count: columnNumberCount)
    for (number, weight) in zip(columns, weights) { numbers[number] = weight }
    rows.append(.exact(numbers))
  }

  /// Adds an input behind the others, with one weight per unit that is left.
  mutating func appendColumn(_ weights: [Dyadic]) {
    columns.append(columnNumberCount)
    columnNumberCount += 1
    changedColumns[columnNumberCount - 1] = Array(repeating: .zero, count: matrix.rowCount)
    for row in rows.indices {
      if case .exact(let numbers) = rows[row] { rows[row] = .exact(numbers + [.zero]) }
    }
    setColumn(columns.count - 1, to: weights)
  }

  /// Replaces the weights of a column, one per unit that is left.
  mutating func setColumn(_ column: Int, to weights: [Dyadic]) {
    let number = columns[column]
    var changed =
      changedColumns[number] ?? (0..<matrix.rowCount).map { Dyadic(matrix[$0, number]) }
    for (row, weight) in zip(rows.indices, weights) {
      switch rows[row] {
      case .stored(let place): changed[place] = weight
      case .exact(var numbers):
        rows[row] = .exact([])
        numbers[number] = weight
        rows[row] = .exact(numbers)
      }
    }
    changedColumns[number] = changed
  }

  // MARK: Stored numbers

  /// The layer in stored numbers; a number that overflows becomes infinite, which no network holds.
  func rounded(to type: ScalarType) -> Layer {
    var elements: [Double] = []
    elements.reserveCapacity(rows.count * columns.count)
    for row in rows.indices {
      for column in columns.indices {
        elements.append(
          storedWeight(row, column) ?? weight(row, column).nearest(in: type) ?? .infinity)
      }
    }
    return Layer(
      weights: Matrix(rowCount: rows.count, columnCount: columns.count, elements: elements),
      biases: biases.map { $0.nearest(in: type) ?? .infinity }, activations: activations)
  }

  /// True if a layer in stored numbers holds the numbers of this one without rounding.
  public func isExact(in result: Layer) -> Bool {
    zip(result.biases, biases).allSatisfy { Dyadic($0) == $1 }
      && rows.indices.allSatisfy { row in
        columns.indices.allSatisfy {
          storedWeight(row, $0) != nil || Dyadic(result.weights[row, $0]) == weight(row, $0)
        }
      }
  }

  /// What differs after this layer, given what differs before it.
  func difference(
    to result: Layer, inputDifferences: [Dyadic], inputSizes: [Dyadic]
  ) -> [Dyadic] {
    let inherited = ExactLayer(result).absoluteSums(over: inputDifferences)
    return rows.indices.map { row in
      var sum = slacks[row] + (Dyadic(result.biases[row]) - biases[row]).magnitude + inherited[row]
      for column in columns.indices where storedWeight(row, column) == nil {
        let rounding = (Dyadic(result.weights[row, column]) - weight(row, column)).magnitude
        if !rounding.isZero { sum += rounding * inputSizes[column] }
      }
      return sum.rounded(.up, toBitCount: ExactNetwork.intervalBitCount)
    }
  }
}
