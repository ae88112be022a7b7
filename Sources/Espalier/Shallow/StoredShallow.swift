public import ExactArithmetic
public import NeuralNetwork

/// A shallow network in stored numbers, with proved bounds on what rounding them changes.
///
/// The two units of a form keep the same rounded weights, and biases that differ by exactly the
/// slab, so a literal is exactly 0 or 1 outside of the slab made wider by `margins`. There the
/// stored network differs from the original one by at most `differences`, over the real numbers.
/// What a runtime adds by rounding sums is not in them.
///
/// - Source: `docs/shallow.md`, "Stored numbers".
public struct StoredShallow: Sendable {
  /// One unit: its weights by column, and its bias.
  private typealias Row = (terms: [(column: Int, weight: Double)], bias: Double)

  /// The type of the numbers.
  public let type: ScalarType
  /// For each form a bound on how far its stored one is away on the domain.
  public let margins: [Dyadic]
  /// For each output a bound on the difference outside of the wider slabs.
  public let differences: [Dyadic]
  private let layers: [[Row]]
  private let inputCount: Int

  /// Rounds a network.
  ///
  /// - Throws: `ShallowFailure.slabTooThin` or `notStorable`.
  public init(_ shallow: ShallowNetwork, type: ScalarType) throws(ShallowFailure) {
    self.type = type
    let design = shallow.design
    inputCount = design.domain.inputCount
    let box = design.domain.box
    if design.isAffine {
      let sizes = zip(box.lower, box.upper).map { max(Dyadic($0).magnitude, Dyadic($1).magnitude) }
      var rows: [Row] = []
      var errors: [Dyadic] = []
      for row in shallow.layers[0] {
        rows.append(try Self.rounded(row, to: type))
        errors.append(Self.error(of: rows[rows.count - 1], for: row, sizes: sizes))
      }
      (layers, margins, differences) = ([rows], [], errors)
      return
    }
    var rounding = Rounding(design, type: type)
    let first = try rounding.first(shallow)
    let second = try rounding.second(shallow)
    var last: [Row] = []
    for row in shallow.layers[2] { last.append(try Self.exactly(row, in: type)) }
    layers = [first, second, last]
    margins = rounding.margins
    differences = rounding.differences
  }

  /// The network.
  public var network: Network {
    var width = inputCount
    let layers = layers.enumerated().map { k, rows in
      var weights = [Double](repeating: 0, count: rows.count * width)
      for (i, row) in rows.enumerated() {
        for (column, weight) in row.terms { weights[i * width + column] = weight }
      }
      let matrix = Matrix(rowCount: rows.count, columnCount: width, elements: weights)
      width = rows.count
      return Layer(
        weights: matrix, biases: rows.map(\.bias),
        activation: k + 1 < self.layers.count ? .relu : .identity)
    }
    do throws(NetworkError) {
      return try Network(layers: layers, scalarType: type)
    } catch {
      preconditionFailure("rounded layers are no network: \(error)")
    }
  }

  // MARK: Rounding

  private static func rounded(
    _ row: ExactRow, to type: ScalarType
  ) throws(ShallowFailure) -> Row {
    var result: Row = ([], 0)
    for term in row.terms {
      result.terms.append((term.column, try number(term.weight, type)))
    }
    result.bias = try number(row.bias, type)
    return result
  }

  private static func exactly(
    _ row: ExactRow, in type: ScalarType
  ) throws(ShallowFailure) -> Row {
    let result = try rounded(row, to: type)
    guard Dyadic(result.bias) == row.bias,
      zip(result.terms, row.terms).allSatisfy({ Dyadic($0.weight) == $1.weight })
    else { throw .notStorable(type) }
    return result
  }

  private static func number(
    _ value: Dyadic, _ type: ScalarType
  ) throws(ShallowFailure) -> Double {
    guard let number = value.nearest(in: type) else { throw .notStorable(type) }
    return number
  }

  /// How far a rounded row may be from the exact one where inputs are not larger than `sizes`.
  private static func error(of row: Row, for exact: ExactRow, sizes: [Dyadic]) -> Dyadic {
    zip(row.terms, exact.terms).reduce((Dyadic(row.bias) - exact.bias).magnitude) {
      $0 + (Dyadic($1.0.weight) - $1.1.weight).magnitude * sizes[$1.1.column]
    }
  }

  /// The layers of a network with hidden layers, and what rounding changes.
  private struct Rounding {
    let design: ShallowDesign
    let type: ScalarType
    var margins: [Dyadic] = []
    var differences: [Dyadic]

    init(_ design: ShallowDesign, type: ScalarType) {
      self.design = design
      self.type = type
      differences = Array(repeating: .zero, count: design.outputCount)
    }

    mutating func first(_ shallow: ShallowNetwork) throws(ShallowFailure) -> [Row] {
      let box = design.domain.box
      let sizes = zip(box.lower, box.upper).map { max(Dyadic($0).magnitude, Dyadic($1).magnitude) }
      let rows = shallow.layers[0]
      var result: [Row] = []
      for row in rows.prefix(design.carriers.count) { result.append(try exactly(row, in: type)) }
      for i in stride(from: design.carriers.count, to: rows.count, by: 2) {
        let grid = try gridExponent(rows[i].bias, shallow.slab)
        var row = rows[i]
        row.bias = row.bias.rounded(toMultipleOf: grid)
        let lower = try rounded(row, to: type)
        let upper = try number(row.bias - shallow.slab, type)
        guard Dyadic(lower.bias) - Dyadic(upper) == shallow.slab else {
          throw .slabTooThin(slab: shallow.slab.approximation, type: type)
        }
        result += [lower, (lower.terms, upper)]
        margins.append(error(of: lower, for: rows[i], sizes: sizes))
      }
      return result
    }

    /// A power of two of which a bias, and the bias less the slab, may be multiples when stored.
    private func gridExponent(
      _ bias: Dyadic, _ slab: Dyadic
    ) throws(ShallowFailure) -> Int {
      let size = bias.magnitude + slab
      let grid = max(size.exponent + size.bitCount + 1 - type.precision, type.minimumExponent)
      guard grid <= slab.exponent else {
        throw .slabTooThin(slab: slab.approximation, type: type)
      }
      return grid
    }

    mutating func second(_ shallow: ShallowNetwork) throws(ShallowFailure) -> [Row] {
      let box = design.domain.box
      let spans = design.carriers.map {
        Dyadic(box.upper[design.freeInputs[$0.place]]) - $0.shift
      }
      var largest = differences
      var result: [Row] = []
      for (i, exact) in shallow.layers[1].enumerated() {
        let row = try rounded(exact, to: type)
        let (s, o) = (i / design.outputCount, i % design.outputCount)
        let carried = exact.terms.prefix { $0.column < spans.count }.count
        guard
          zip(row.terms, exact.terms).dropFirst(carried).allSatisfy({ stored, term in
            Dyadic(stored.weight) == term.weight
          })
        else { throw .notStorable(type) }
        let own: Row = (Array(row.terms.prefix(carried)), row.bias)
        let part = ExactRow(terms: Array(exact.terms.prefix(carried)), bias: exact.bias)
        largest[o] = max(largest[o], error(of: own, for: part, sizes: spans))
        differences[o] += excess(of: own, block: s, output: o, spans)
        result.append(row)
      }
      for o in largest.indices { differences[o] += largest[o] }
      return result
    }

    /// How far a unit may be above 0 although one of its literals is 0.
    private func excess(
      of row: Row, block s: Int, output o: Int, _ spans: [Dyadic]
    ) -> Dyadic {
      let literals = design.blocks[s].literals
      let reach = design.reaches[s][o]
      // With all literals but one at 1 the terms of literals add up to the reach times those on.
      let onCount = literals.count(where: \.isOn)
      var highest = Dyadic(row.bias) + reach * Dyadic(onCount) - reach
      for (column, weight) in row.terms where weight > 0 {
        highest += Dyadic(weight) * spans[column]
      }
      return max(highest, .zero)
    }
  }
}

extension Dyadic {
  /// A nearby multiple of `2^exponent`, less than that away.
  fileprivate func rounded(toMultipleOf exponent: Int) -> Dyadic {
    let dropped = exponent - self.exponent
    if dropped <= 0 { return self }
    return dropped < bitCount ? rounded(.nearestEven, toBitCount: bitCount - dropped) : .zero
  }
}
