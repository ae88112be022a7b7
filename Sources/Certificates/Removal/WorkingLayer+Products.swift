public import ExactArithmetic
internal import NeuralNetwork

/// Sums of rows of a working layer, in integers where its numbers were read.
public struct RowCombination: Sendable {
  private let layer: WorkingLayer
  private let rows: [Int]
  /// The rows as they were read, as columns, with zeros for those numbers that changed; nil if some
  /// rows are new.
  private let stored: ExactLayer?
  private let changed: [Int]

  /// Prepares sums of some rows of a layer.
  public init(of rows: [Int], in layer: WorkingLayer) {
    self.layer = layer
    self.rows = rows
    let places = rows.compactMap { row -> Int? in
      if case .stored(let place) = layer.rows[row] { place } else { nil }
    }
    guard places.count == rows.count, !rows.isEmpty else {
      stored = nil
      changed = Array(layer.columns.indices)
      return
    }
    changed = layer.columns.indices.filter { layer.changedColumns[layer.columns[$0]] != nil }
    var elements: [Double] = []
    elements.reserveCapacity(places.count * layer.columns.count)
    for number in layer.columns {
      let isChanged = layer.changedColumns[number] != nil
      for place in places { elements.append(isChanged ? 0 : layer.matrix[place, number]) }
    }
    let weights = Matrix(
      rowCount: layer.columns.count, columnCount: places.count, elements: elements)
    stored = ExactLayer(
      Layer(weights: weights, biases: layer.columns.map { _ in 0 }, activation: .identity))
  }

  /// `Σ_a factor_a · row_a`, one number per column that is left.
  ///
  /// - Precondition: One factor per row.
  public func sum(_ factors: [Dyadic]) -> [Dyadic] {
    precondition(factors.count == rows.count, "one factor per row")
    var sums = [Dyadic](repeating: .zero, count: layer.inputCount)
    if let stored {
      sums = stored.preactivationRanges(over: factors.map { Interval($0) }).map(\.lower)
    }
    for (row, factor) in zip(rows, factors) where !factor.isZero {
      for column in changed { sums[column] += factor * layer.weight(row, column) }
    }
    return sums
  }
}

extension WorkingLayer {
  /// This layer after `earlier`, whose units are all affine.
  func composed(with earlier: WorkingLayer) -> WorkingLayer {
    let combination = RowCombination(of: Array(earlier.units.indices), in: earlier)
    var biases = biases
    var slacks = slacks
    let weights = biases.indices.map { row in
      let factors = self.row(row)
      for (middle, factor) in factors.enumerated() where !factor.isZero {
        biases[row] += factor * earlier.biases[middle]
        slacks[row] += factor.magnitude * earlier.slacks[middle]
      }
      return combination.sum(factors)
    }
    return replacing(
      weights: weights, biases: biases, slacks: slacks, inputCount: earlier.inputCount)
  }

  /// This layer as a constant: zero weights and the given pre-activations.
  func constant(_ values: [Dyadic], slacks: [Dyadic], inputCount: Int) -> WorkingLayer {
    let zeros = [Dyadic](repeating: .zero, count: inputCount)
    return replacing(
      weights: values.map { _ in zeros }, biases: values, slacks: slacks, inputCount: inputCount)
  }

  /// The pre-activations at one input, and how far off they may be if the input is.
  func preactivations(of inputs: [Dyadic], off: [Dyadic]) -> [(value: Dyadic, slack: Dyadic)] {
    biases.indices.map { row in
      var value = biases[row]
      var slack = slacks[row]
      for column in inputs.indices {
        let weight = weight(row, column)
        value += weight * inputs[column]
        if !off[column].isZero { slack += weight.magnitude * off[column] }
      }
      return (value, slack)
    }
  }
}

/// An affine form in the inputs of a working layer, and how far off it may be.
public struct WorkingForm: Sendable {
  /// One coefficient per input that is left.
  public var coefficients: [Dyadic]
  /// The constant.
  public var constant: Dyadic
  /// How far the form may be from what it stands for, on the domain.
  public var slack: Dyadic

  /// The form 0.
  public init(inputCount: Int) {
    coefficients = Array(repeating: .zero, count: inputCount)
    constant = .zero
    slack = .zero
  }

  /// The pre-activation of a unit.
  public init(_ row: Int, of layer: WorkingLayer) {
    coefficients = layer.row(row)
    constant = layer.biases[row]
    slack = layer.slacks[row]
  }

  /// Adds a multiple of another form.
  public mutating func add(_ other: WorkingForm, times factor: Dyadic) {
    if factor.isZero { return }
    for column in coefficients.indices where !other.coefficients[column].isZero {
      coefficients[column] += factor * other.coefficients[column]
    }
    constant += factor * other.constant
    slack += factor.magnitude * other.slack
  }

  /// The range over ranges of the inputs, slack aside.
  public func range(over inputs: [Interval]) -> Interval {
    var low = constant
    var high = constant
    for (coefficient, input) in zip(coefficients, inputs) where !coefficient.isZero {
      let isPositive = coefficient.signum > 0
      low += coefficient * (isPositive ? input.lower : input.upper)
      high += coefficient * (isPositive ? input.upper : input.lower)
    }
    return Interval(low, high)
  }

  /// The largest absolute value over ranges of the inputs, slack aside.
  public func reach(over inputs: [Interval]) -> Dyadic { range(over: inputs).magnitude }
}
