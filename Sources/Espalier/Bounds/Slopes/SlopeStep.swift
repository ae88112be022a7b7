/// How far one iteration moves the parameters: Adam with the moments of the batch.
struct SlopeStep {
  /// The first and second decay.
  static let decays: (Float, Float) = (0.9, 0.999)

  /// The number of the iteration, from 1 on.
  let number: Int
  /// The step of slopes, which lie in 0 to 1.
  let alphaRate: Float
  /// The step of shifts, by the mean coefficient of their layer.
  let shiftRate: Float
  private let corrections: (Float, Float)

  init(number: Int, alphaRate: Float, shiftRate: Float) {
    self.number = number
    self.alphaRate = alphaRate
    self.shiftRate = shiftRate
    func power(_ base: Float) -> Float { (0..<number).reduce(1) { value, _ in value * base } }
    corrections = (1 / (1 - power(Self.decays.0)), 1 / (1 - power(Self.decays.1)))
  }

  /// The move of one parameter, without its rate.
  @inline(__always)
  func move(
    _ gradient: Float, _ moment: UnsafeMutablePointer<Float>, _ square: UnsafeMutablePointer<Float>
  ) -> Float {
    moment.pointee += (1 - Self.decays.0) * (gradient - moment.pointee)
    square.pointee += (1 - Self.decays.1) * (gradient * gradient - square.pointee)
    let size = (square.pointee * corrections.1).squareRoot()
    return size > 0 ? moment.pointee * corrections.0 / size : 0
  }
}

extension SlopeBatch {
  /// Moves the parameters of a layer against their gradients.
  ///
  /// With `q` the coefficient of the output and `z` the value of the relaxation at the best corner:
  /// the gradient of a free slope is `q z`, that of a shift `z - z*`, where `z*` is the end of the
  /// interval that the unit's term takes. A shift whose sign would change becomes 0.
  func descend(_ part: SlopeNetwork.Part, _ k: Int, row r: Int, _ step: SlopeStep) {
    let start = r * network.unitCount + part.offset
    let rate = step.shiftRate * scales[r * network.parts.count + k]
    for i in part.units.indices {
      let position = start + i
      let q = coefficients[position]
      let value = values[position]
      var lower = unitLower[part.offset + i]
      var upper = unitUpper[part.offset + i]
      switch SlopeNetwork.Kind(rawValue: kinds[position]) {
      case .open, nil:
        if q <= 0 {
          let move = step.move(q * value, alphaMoments + position, alphaSquares + position)
          alphas[position] = min(max(alphas[position] - step.alphaRate * move, 0), 1)
          continue
        }
      case .on: lower = max(lower, 0)
      case .off: upper = min(upper, 0)
      case .identity: break
      }
      let shift = shifts[position]
      let gradient: Float
      if shift == 0 {
        if value >= lower && value <= upper { continue }
        gradient = value < lower ? value - lower : value - upper
      } else {
        gradient = value - (shift > 0 ? lower : upper)
      }
      let move = step.move(gradient, shiftMoments + position, shiftSquares + position)
      let moved = shift - rate * move
      if moved * shift < 0 {
        shifts[position] = 0
        shiftMoments[position] = 0
      } else {
        shifts[position] = moved
      }
    }
  }
}
