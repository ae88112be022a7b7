public import ExactArithmetic
public import NeuralNetwork

/// A layer while rewrites are applied: rows and columns go, and numbers may become longer than
/// the stored type.
public struct WorkingLayer: Sendable {
  /// Where the numbers of the layer stand.
  private enum Numbers: Sendable {
    /// As they were read.
    case stored(Matrix)
    /// As exact rows.
    case exact([[Dyadic]])
  }

  /// The index of the layer in the network that was read.
  public let index: Int
  /// The units that are left, by their row in the layer that was read.
  public private(set) var units: [Int]
  /// The activations of the units that are left.
  public private(set) var activations: [Activation]
  /// The biases of the units that are left.
  public private(set) var biases: [Dyadic]
  private let numbers: Numbers
  private var rows: [Int]
  private var columns: [Int]

  init(_ layer: Layer, index: Int) {
    self.index = index
    units = Array(0..<layer.unitCount)
    activations = layer.activations
    biases = layer.biases.map { Dyadic($0) }
    numbers = .stored(layer.weights)
    rows = units
    columns = Array(0..<layer.inputCount)
  }

  private init(
    index: Int, replacing old: WorkingLayer, weights: [[Dyadic]], biases: [Dyadic], inputCount: Int
  ) {
    self.index = index
    units = old.units
    activations = old.activations
    self.biases = biases
    numbers = .exact(weights)
    rows = Array(weights.indices)
    columns = Array(0..<inputCount)
  }

  /// The number of inputs that are left.
  public var inputCount: Int { columns.count }

  /// True if the weights are not rows and columns of the layer that was read.
  public var hasNewWeights: Bool {
    if case .exact = numbers { true } else { false }
  }

  /// One weight by its position among what is left.
  func weight(_ row: Int, _ column: Int) -> Dyadic {
    switch numbers {
    case .stored(let matrix): Dyadic(matrix[rows[row], columns[column]])
    case .exact(let weights): weights[rows[row]][columns[column]]
    }
  }

  /// True if some weight of a column is not zero.
  public func reads(column: Int) -> Bool {
    switch numbers {
    case .stored(let matrix): rows.contains { matrix[$0, columns[column]] != 0 }
    case .exact(let weights): rows.contains { !weights[$0][columns[column]].isZero }
    }
  }

  /// The number of weights and biases that are left.
  public var parameterCount: Int { rows.count * (columns.count + 1) }

  /// The number of weights and biases that are left and not zero.
  public var nonzeroCount: Int {
    rows.indices.reduce(0) { $0 + nonzeroCount(row: $1) }
  }

  /// The nonzero weights of one row, and its bias if that is not zero.
  public func nonzeroCount(row: Int) -> Int {
    let count =
      switch numbers {
      case .stored(let matrix): columns.count { matrix[rows[row], $0] != 0 }
      case .exact(let weights): columns.count { !weights[rows[row]][$0].isZero }
      }
    return count + (biases[row].isZero ? 0 : 1)
  }

  /// The nonzero weights of one column.
  public func nonzeroCount(column: Int) -> Int {
    switch numbers {
    case .stored(let matrix): rows.count { matrix[$0, columns[column]] != 0 }
    case .exact(let weights): rows.count { !weights[$0][columns[column]].isZero }
    }
  }

  mutating func removeRow(_ row: Int) {
    units.remove(at: row)
    activations.remove(at: row)
    biases.remove(at: row)
    rows.remove(at: row)
  }

  mutating func removeColumn(_ column: Int) { columns.remove(at: column) }

  mutating func foldConstant(_ value: Dyadic, ofColumn column: Int) {
    if value.isZero { return }
    for row in biases.indices { biases[row] += weight(row, column) * value }
  }

  /// This layer after `earlier`, taken as an affine map.
  func composed(with earlier: WorkingLayer) -> WorkingLayer {
    var weights: [[Dyadic]] = []
    var biases = biases
    for row in biases.indices {
      var sums = [Dyadic](repeating: .zero, count: earlier.inputCount)
      for middle in earlier.biases.indices {
        let factor = weight(row, middle)
        if factor.isZero { continue }
        biases[row] += factor * earlier.biases[middle]
        for column in sums.indices { sums[column] += factor * earlier.weight(middle, column) }
      }
      weights.append(sums)
    }
    return WorkingLayer(
      index: index, replacing: self, weights: weights, biases: biases,
      inputCount: earlier.inputCount)
  }

  /// This layer as a constant: zero weights and the given pre-activations.
  func constant(_ values: [Dyadic], inputCount: Int) -> WorkingLayer {
    let zeros = [Dyadic](repeating: .zero, count: inputCount)
    return WorkingLayer(
      index: index, replacing: self, weights: values.map { _ in zeros }, biases: values,
      inputCount: inputCount)
  }

  func preactivations(of inputs: [Dyadic]) -> [Dyadic] {
    biases.indices.map { row in
      inputs.indices.reduce(biases[row]) { $0 + weight(row, $1) * inputs[$1] }
    }
  }

  /// The layer in stored numbers; a number that overflows becomes infinite, which no network holds.
  func rounded(to type: ScalarType) -> Layer {
    var elements: [Double] = []
    elements.reserveCapacity(rows.count * columns.count)
    for row in rows.indices {
      switch numbers {
      case .stored(let matrix):
        for column in columns { elements.append(matrix[rows[row], column]) }
      case .exact(let weights):
        for column in columns {
          elements.append(weights[rows[row]][column].nearest(in: type) ?? .infinity)
        }
      }
    }
    return Layer(
      weights: Matrix(rowCount: rows.count, columnCount: columns.count, elements: elements),
      biases: biases.map { $0.nearest(in: type) ?? .infinity }, activations: activations)
  }

  /// True if a layer in stored numbers holds the numbers of this one without rounding.
  public func isExact(in result: Layer) -> Bool {
    guard zip(result.biases, biases).allSatisfy({ Dyadic($0) == $1 }) else { return false }
    guard case .exact = numbers else { return true }
    return rows.indices.allSatisfy { row in
      columns.indices.allSatisfy { Dyadic(result.weights[row, $0]) == weight(row, $0) }
    }
  }

  /// What differs after this layer, given what differs before it.
  func difference(
    to result: Layer, inputDifferences: [Dyadic], inputSizes: [Dyadic]
  ) -> [Dyadic] {
    biases.indices.map { row in
      var sum = (Dyadic(result.biases[row]) - biases[row]).magnitude
      for column in columns.indices {
        let stored = Dyadic(result.weights[row, column])
        if !inputDifferences[column].isZero { sum += stored.magnitude * inputDifferences[column] }
        if case .exact = numbers {
          sum += (stored - weight(row, column)).magnitude * inputSizes[column]
        }
      }
      return sum.rounded(.up, toBitCount: ExactNetwork.intervalBitCount)
    }
  }
}
