public import ExactArithmetic
internal import NeuralNetwork

/// A network with two hidden layers that equals a deeper one outside of slabs, in exact numbers.
///
/// With a literal `v = (relu(a) - relu(a - η)) / η` for each form `a`, the first hidden layer has
/// `relu(x_t - l_t)`, `relu(a)` and `relu(a - η)`. The second has for each block `s` and output `o`
/// `relu(F_s x + f_s - L + B_s Σ_j (lit_j - 1))`, with `lit = v` where the block wants the form
/// positive, else `1 - v`; `L` is a floor, `B_s` a reach. The output is `L` plus the sum of these.
/// With one block there are no hidden layers.
///
/// - Source: `docs/shallow.md`.
public struct ShallowNetwork: Sendable {
  /// The blocks.
  public let design: ShallowDesign
  /// The width of the slabs, in the values of forms; a power of two.
  public let slab: Dyadic
  /// The layers in order; all but the last have ReLU units.
  let layers: [[ExactRow]]

  /// The network of a design with slabs of the width `2^exponent`.
  public init(_ design: ShallowDesign, slabExponent exponent: Int) {
    self.design = design
    let slab = Dyadic.one.scaled(byPowerOfTwo: exponent)
    self.slab = slab
    if design.isAffine {
      let map = design.blocks.first?.map ?? []
      layers = [map.map { Self.row($0, inputs: design.freeInputs) }]
      return
    }
    let first =
      design.carriers.map {
        ExactRow(
          terms: [ExactRow.Term(column: design.freeInputs[$0.place], weight: .one)],
          bias: -$0.shift)
      }
      + design.forms.flatMap { form in
        var upper = form
        upper.constant -= slab
        return [form, upper].map { Self.row($0, inputs: design.freeInputs) }
      }
    let second = design.blocks.indices.flatMap { s in
      design.floors.indices.map { Self.row(design, s, $0, perSlab: -exponent) }
    }
    let outputs = design.floors.enumerated().map { o, floor in
      ExactRow(
        terms: design.blocks.indices.map {
          ExactRow.Term(column: $0 * design.outputCount + o, weight: .one)
        }, bias: floor)
    }
    layers = [first, second, outputs]
  }

  /// The largest power of two that is not above a number, as its exponent.
  ///
  /// - Precondition: The number is positive and finite.
  public static func slabExponent(notAbove width: Double) -> Int { Int(width.exponent) }

  private static func row(_ form: AffineForm, inputs: [Int]) -> ExactRow {
    ExactRow(
      terms: form.coefficients.enumerated().compactMap { place, weight in
        weight.isZero ? nil : ExactRow.Term(column: inputs[place], weight: weight)
      }, bias: form.constant)
  }

  /// The row of block `s` and output `o`.
  private static func row(
    _ design: ShallowDesign, _ s: Int, _ o: Int, perSlab power: Int
  ) -> ExactRow {
    let map = design.blocks[s].map[o]
    let reach = design.reaches[s][o]
    var row = ExactRow(terms: [], bias: map.constant - design.floors[o])
    for (column, carrier) in design.carriers.enumerated() {
      let weight = map.coefficients[carrier.place]
      if weight.isZero { continue }
      row.terms.append(ExactRow.Term(column: column, weight: weight))
      row.bias += weight * carrier.shift
    }
    let step = reach.scaled(byPowerOfTwo: power)
    if step.isZero { return row }
    for literal in design.blocks[s].literals {
      let column = design.carriers.count + 2 * literal.form
      // lit - 1 is v - 1 on the one side, and -v on the other.
      let weight = literal.isOn ? step : -step
      if literal.isOn { row.bias -= reach }
      row.terms += [
        ExactRow.Term(column: column, weight: weight),
        ExactRow.Term(column: column + 1, weight: -weight),
      ]
    }
    return row
  }

  /// The outputs at a point, without any rounding.
  ///
  /// - Precondition: One number per input.
  public func outputs(at point: [Dyadic]) -> [Dyadic] {
    var values = point
    for (k, rows) in layers.enumerated() {
      values = rows.map {
        let value = $0.value(at: values)
        return k + 1 < layers.count ? max(value, .zero) : value
      }
    }
    return values
  }

  /// True if a point is outside of the slabs `0 < a < η` of all forms, made wider by `margins`.
  ///
  /// - Parameter margins: One number per form; nil for none.
  func isClear(at point: [Dyadic], margins: [Dyadic]? = nil) -> Bool {
    let free = design.freeInputs.map { point[$0] }
    return design.forms.enumerated().allSatisfy { j, form in
      let value = form.value(at: free, factor: .one)
      let margin = margins?[j] ?? .zero
      return value <= -margin || value >= slab + margin
    }
  }
}
