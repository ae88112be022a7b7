internal import ArgumentParser
internal import Espalier
internal import ExactArithmetic
internal import ModelIO
internal import NeuralNetwork

/// The ways to name a slice of the inputs.
struct DrawSliceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Two inputs, counted from 0, that become the axes; the others are fixed.", valueName: "i,j"))
  var inputs: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the other inputs are fixed, a NumPy .npy file; else at the middle of their interval.",
      valueName: "x.npy"))
  var at: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Three inputs, NumPy .npy files; the slice is the plane through them.",
      valueName: "x0.npy,x1.npy,x2.npy"))
  var plane: String?

  /// The names of the files of a plane.
  var planePaths: [String] {
    plane?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  func validate() throws {
    if plane != nil && inputs != nil {
      throw ValidationError("--plane and --inputs exclude each other.")
    }
    if plane != nil && at != nil { throw ValidationError("--at goes with --inputs.") }
    if plane != nil && planePaths.count != 3 {
      throw ValidationError(
        "--plane: expected three files such as x0.npy,x1.npy,x2.npy, found \(planePaths.count).")
    }
  }

  /// The slice of a domain, with what the user should know about it.
  ///
  /// - Throws: `UsageError`, `ModelError` or `SliceError`.
  func resolve(in domain: InputDomain) throws -> (slice: InputSlice, notes: [String]) {
    if domain.inputCount < 2 { throw SliceError.tooFewInputs(domain.inputCount) }
    if plane != nil { return try planeSlice(in: domain) }
    let (i, j) = try axes(count: domain.inputCount)
    if let at {
      return (try InputSlice(inputs: i, j, at: InputArrays.input(at, count: domain.inputCount)), [])
    }
    let middle = zip(domain.box.lower, domain.box.upper).map { $0 / 2 + $1 / 2 }
    let isFree = zip(domain.box.lower, domain.box.upper).enumerated().contains {
      $0.offset != i && $0.offset != j && $0.element.0 < $0.element.1
    }
    return (
      try InputSlice(inputs: i, j, at: middle),
      isFree ? ["The other inputs are fixed at the middle of their intervals (see --at)."] : []
    )
  }

  private func planeSlice(
    in domain: InputDomain
  ) throws -> (slice: InputSlice, notes: [String]) {
    let points = try planePaths.map { try InputArrays.input($0, count: domain.inputCount) }
    let notes = zip(planePaths, points).compactMap { path, point in
      domain.violation(at: point.map { Dyadic($0) }).map { _ in
        "\(PrintableName(path)) is outside the domain; the slice is cut to the domain."
      }
    }
    return (try InputSlice(through: points[0], points[1], points[2]), notes)
  }

  private func axes(count: Int) throws -> (Int, Int) {
    guard let inputs else {
      guard count == 2 else {
        throw UsageError(
          "the model has \(count) inputs: --inputs i,j or --plane x0.npy,x1.npy,x2.npy is needed")
      }
      return (0, 1)
    }
    let parts = inputs.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let i = Int(parts[0]), let j = Int(parts[1]) else {
      throw UsageError("--inputs: expected two inputs such as 0,1, found \"\(inputs)\"")
    }
    return (i, j)
  }
}
