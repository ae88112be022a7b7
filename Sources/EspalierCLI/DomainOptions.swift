internal import ArgumentParser
internal import ModelIO
internal import NeuralNetwork

/// The ways to name an input domain.
struct DomainOptions: ParsableArguments {
  /// The norm of a ball.
  enum Norm: String, ExpressibleByArgument, CaseIterable {
    case inf, l1
  }

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The same interval for every input, for instance 0,1.", valueName: "lo,hi"))
  var box: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The center of a ball, a NumPy .npy file.", valueName: "x.npy"))
  var center: String?

  @Option(name: .long, help: ArgumentHelp("The radius of the ball.", valueName: "r"))
  var radius: Double?

  @Option(name: .long, help: "The norm of the ball, inf (default) or l1; --box cuts it.")
  var norm: Norm?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A file: VNN-LIB 1.0 or 2.0 (its input part), a domain in JSON, or OMLT input bounds.",
      valueName: "file"))
  var domain: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Inputs whose smallest box is the domain, one per row of a NumPy .npy file; --radius widens "
        + "it, --box cuts it.", valueName: "x.npy"))
  var points: String?

  @Option(
    name: .customLong("class"),
    help: ArgumentHelp(
      "Takes only those --points that have this class: by --labels, or by the model's own answer.",
      valueName: "c"))
  var pointClass: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("The class of each of --points, a NumPy .npy file.", valueName: "y.npy"))
  var labels: String?

  /// True if no option names a domain.
  var isEmpty: Bool {
    box == nil && center == nil && radius == nil && norm == nil && domain == nil && points == nil
      && pointClass == nil && labels == nil
  }

  /// The domain that the options name for a model, with what the user should know about it.
  ///
  /// - Throws: `UsageError`, `ModelError` or `DomainError`.
  func resolve(for model: ImportedModel) throws -> (domain: InputDomain, notes: [String]) {
    let count = model.network.inputCount
    if let domain {
      guard box == nil, center == nil, radius == nil, points == nil else {
        throw UsageError("--domain excludes --box, --center, --radius and --points")
      }
      let resolved = try DomainReader.read(path: domain, inputCount: count)
      return (resolved.domain, resolved.notes)
    }
    guard points != nil || pointClass == nil && labels == nil else {
      throw UsageError("--class and --labels need --points")
    }
    if let points {
      guard center == nil, norm == nil else {
        throw UsageError("--points excludes --center and --norm")
      }
      return (try PointBox(points, self).domain(for: model), [])
    }
    if let center {
      guard let radius else { throw UsageError("--center needs --radius") }
      return (try ball(center: center, radius: radius, count: count), [])
    }
    guard radius == nil, norm == nil else {
      throw UsageError("--radius and --norm need --center")
    }
    if let box {
      let ends = try interval(box)
      return (try InputDomain(box: Box(lower: ends.low, upper: ends.high, count: count)), [])
    }
    guard let suggested = model.suggestedDomain else {
      throw UsageError(
        "an input domain is needed: --box lo,hi, or --center x.npy --radius r, or --points x.npy, "
          + "or --domain file")
    }
    return (suggested, ["The domain is the one that the model file names."])
  }

  /// What --box cuts the domain to.
  var limits: (low: Double, high: Double) {
    get throws { try box.map(interval) ?? (low: -Double.infinity, high: Double.infinity) }
  }

  private func interval(_ text: String) throws -> (low: Double, high: Double) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let low = Double(parts[0]), let high = Double(parts[1]) else {
      throw UsageError("--box: expected two numbers such as 0,1, found \"\(text)\"")
    }
    return (low, high)
  }

  private func ball(center path: String, radius: Double, count: Int) throws -> InputDomain {
    let center = try InputArrays.input(path, count: count)
    let limits = try limits
    guard radius >= 0, radius.isFinite else {
      throw UsageError("--radius: expected a number from 0 on, found \(radius)")
    }
    let around = Box(
      lower: center.map { max($0 - radius, limits.low) },
      upper: center.map { min($0 + radius, limits.high) })
    switch norm ?? .inf {
    case .inf: return try InputDomain(box: around)
    case .l1: return try InputDomain(box: around, ball: L1Ball(center: center, radius: radius))
    }
  }
}
