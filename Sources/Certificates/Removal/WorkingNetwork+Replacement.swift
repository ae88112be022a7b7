public import ExactArithmetic
internal import NeuralNetwork

/// What linear units hand on to the next layer: `W_next[:,A] (W_A h + b_A)`.
public struct LinearProduct: Sendable {
  /// The matrix `P`, a row per unit of the next layer.
  public let rows: [[Dyadic]]
  /// The vector `g`.
  public let constants: [Dyadic]
  /// What the slacks of the units add to those of the next layer.
  public let slacks: [Dyadic]

  /// The product for rows of the layer at a position that has a next one.
  public init(of units: [Int], atPosition position: Int, in network: WorkingNetwork) {
    let layer = network.layers[position]
    let next = network.layers[position + 1]
    let combination = RowCombination(of: units, in: layer)
    var rows: [[Dyadic]] = []
    var constants: [Dyadic] = []
    var slacks: [Dyadic] = []
    for i in next.units.indices {
      let factors = units.map { next.weight(i, $0) }
      rows.append(combination.sum(factors))
      constants.append(zip(factors, units).reduce(.zero) { $0 + $1.0 * layer.biases[$1.1] })
      slacks.append(
        zip(factors, units).reduce(.zero) { $0 + $1.0.magnitude * layer.slacks[$1.1] })
    }
    self.rows = rows
    self.constants = constants
    self.slacks = slacks
  }

  /// The inputs that some row reads.
  public var usedInputs: [Int] {
    (rows.first ?? []).indices.filter { t in rows.contains { !$0[t].isZero } }
  }
}

extension WorkingNetwork {
  /// The new units of a replacement and how the next layer reads them.
  private struct NewUnits {
    var rows: [[Dyadic]]
    /// One list per unit of the next layer.
    var readings: [[Dyadic]]
    /// What the readings leave out, one per unit of the next layer.
    var errors: [Dyadic]
  }

  mutating func addLinear(
    _ unit: UnitID, shift: Dyadic, _ rewrite: Rewrite, at place: String
  ) throws(CheckFailure) {
    let (position, row) = try locate(unit, rewrite, at: place)
    let layer = layers[position]
    let range = layer.ranges[row]
    try append(
      layer.row(row), bias: layer.biases[row] + shift, slack: layer.slacks[row],
      range: Interval(range.lower + shift, range.upper + shift), position: position, rewrite,
      at: place)
    layers[position + 1].appendColumn(layers[position + 1].units.map { _ in .zero })
  }

  /// Adds a new unit that is never cut off.
  private mutating func append(
    _ weights: [Dyadic], bias: Dyadic, slack: Dyadic, range: Interval, position: Int,
    _ rewrite: Rewrite, at place: String
  ) throws(CheckFailure) {
    let range = range.roundedOutward
    guard layers[position].activationOfNewUnits == .identity || range.lower.signum >= 0 else {
      throw Self.refusal(
        rewrite, "units that are never cut off", "a unit from \(range.lower) on", at: place)
    }
    layers[position].appendRow(weights, bias: bias, slack: slack, range: range)
  }

  mutating func apply(
    _ replacement: LinearReplacement, _ rewrite: Rewrite, at place: String
  ) throws(CheckFailure) {
    let expected = "linear units of a layer before the last"
    guard let position = position(ofLayer: replacement.layer), position + 1 < layers.count else {
      throw Self.refusal(rewrite, expected, "layer \(replacement.layer)", at: place)
    }
    let rows = replacement.units.compactMap { layers[position].units.firstIndex(of: $0) }
    guard !rows.isEmpty, rows.count == replacement.units.count,
      zip(rows, rows.dropFirst()).allSatisfy(<),
      rows.allSatisfy({ layers[position].isLinear($0) })
    else {
      throw Self.refusal(rewrite, expected, "\(replacement.units)", at: place)
    }
    let product = LinearProduct(of: rows, atPosition: position, in: self)
    guard let new = newUnits(replacement.form, product, position: position),
      new.rows.count == replacement.shifts.count
    else {
      throw Self.refusal(
        rewrite, "units that hand on what the old ones did, with a shift for each",
        "\(replacement.shifts.count) shifts and another form", at: place)
    }
    let inputs = inputRanges(ofPosition: position)
    for (weights, shift) in zip(new.rows, replacement.shifts) {
      var form = WorkingForm(inputCount: weights.count)
      form.coefficients = weights
      form.constant = shift
      try append(
        weights, bias: shift, slack: .zero, range: form.range(over: inputs), position: position,
        rewrite, at: place)
    }
    connect(new, product, replacement.shifts, position: position)
    for row in rows.reversed() { remove(row: row, of: position) }
  }

  private mutating func connect(
    _ new: NewUnits, _ product: LinearProduct, _ shifts: [Dyadic], position: Int
  ) {
    for j in new.rows.indices {
      layers[position + 1].appendColumn(new.readings.map { $0[j] })
    }
    for i in layers[position + 1].units.indices {
      let shifted = zip(new.readings[i], shifts).reduce(Dyadic.zero) { $0 + $1.0 * $1.1 }
      layers[position + 1].biases[i] += product.constants[i] - shifted
      layers[position + 1].slacks[i] += product.slacks[i] + new.errors[i]
    }
  }

  private func newUnits(
    _ form: LinearReplacement.Form, _ product: LinearProduct, position: Int
  ) -> NewUnits? {
    switch form {
    case .inputs:
      let inputs = product.usedInputs
      let count = layers[position].inputCount
      return NewUnits(
        rows: inputs.map { t in (0..<count).map { $0 == t ? .one : .zero } },
        readings: product.rows.map { row in inputs.map { row[$0] } },
        errors: product.rows.map { _ in .zero })
    case .rows(let basis, let mix):
      return newUnits(basis: basis, mix: mix, product, position: position)
    }
  }

  private func newUnits(
    basis: [Int], mix: [LinearReplacement.Mix], _ product: LinearProduct, position: Int
  ) -> NewUnits? {
    let next = layers[position + 1]
    let places = basis.compactMap { next.units.firstIndex(of: $0) }
    guard places.count == basis.count, zip(places, places.dropFirst()).allSatisfy(<),
      zip(mix, mix.dropFirst()).allSatisfy({ $0.unit < $1.unit }),
      mix.allSatisfy({ mix in
        next.units.contains(mix.unit) && !basis.contains(mix.unit)
          && mix.weights.count == basis.count
      })
    else { return nil }
    let inputs = inputRanges(ofPosition: position)
    let mixes = Dictionary(uniqueKeysWithValues: mix.map { ($0.unit, $0.weights) })
    var new = NewUnits(rows: places.map { product.rows[$0] }, readings: [], errors: [])
    for (i, unit) in next.units.enumerated() {
      var error = Dyadic.zero
      var reading = [Dyadic](repeating: .zero, count: basis.count)
      if let place = places.firstIndex(of: i) {
        reading[place] = .one
      } else if let weights = mixes[unit] {
        reading = weights
        var rest = WorkingForm(inputCount: inputs.count)
        rest.coefficients = product.rows[i]
        for (weight, row) in zip(weights, new.rows) where !weight.isZero {
          for t in row.indices { rest.coefficients[t] -= weight * row[t] }
        }
        error = rest.reach(over: inputs)
      } else if product.rows[i].contains(where: { !$0.isZero }) {
        return nil
      }
      new.readings.append(reading)
      new.errors.append(error)
    }
    return new
  }
}
