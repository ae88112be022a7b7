import ModelIO
import NeuralNetwork
import Testing

/// Domains in all formats.
struct DomainReaderTests {
  private func read(
    _ text: String, as name: String = "domain.vnnlib", inputCount: Int
  ) throws(ModelError) -> ResolvedDomain {
    let folder = ScratchFolder()
    return try DomainReader.read(
      path: folder.write(Array(text.utf8), as: name), inputCount: inputCount)
  }

  private func box(_ lower: [Double], _ upper: [Double]) throws -> InputDomain {
    try InputDomain(box: Box(lower: lower, upper: upper))
  }

  @Test(arguments: [("prop_1", 1), ("prop_2", 4)])
  func acasProperties(_ name: String, _ outputAssertions: Int) throws {
    let result = try DomainReader.read(
      path: Fixture.path("domains/\(name).vnnlib"), inputCount: 5)
    #expect(result.domain.isBox)
    #expect(result.domain.box.lower[0] == 0.600000000)
    #expect(result.domain.box.upper[4] == -0.45)
    #expect(result.outputAssertionCount == outputAssertions)
    #expect(result.notes.count == 1)
  }

  @Test func refusesDisjunctionOfBoxes() {
    #expect {
      try DomainReader.read(path: Fixture.path("domains/prop_6.vnnlib"), inputCount: 5)
    } throws: { error in
      if case .unsupported = (error as? ModelError)?.fault { return true }
      return false
    }
  }

  @Test func boxFilesAgree() throws {
    let text = try DomainReader.read(
      path: Fixture.path("domains/mnist_test00007_px4.json"), inputCount: 784)
    let property = try DomainReader.read(
      path: Fixture.path("domains/mnist_test00007_px4.vnnlib"), inputCount: 784)
    #expect(text.domain == property.domain)
    #expect(text.domain.isBox)
  }

  @Test func mnistProperty() throws {
    let result = try DomainReader.read(
      path: Fixture.path("domains/prop_0_0.03.vnnlib"), inputCount: 784)
    #expect(result.domain.inputCount == 784)
  }

  @Test func linearRowsAndSigns() throws {
    let result = try read(
      """
      (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
      (assert (and (>= X_0 -1e0) (<= X_0 1))) ; a comment
      (assert (<= 0.5 (* 2 X_1)))
      (assert (>= (- 3) (- X_1)  (- 6)))
      """.replacing("(>= (- 3) (- X_1)  (- 6))", with: "(>= (- 3) (- X_1 6))")
        + "(assert (<= (+ X_0 (* 2 X_1) 0.5) 1.0)) (assert (>= Y_0 0.5))", inputCount: 2)
    #expect(result.domain.box == Box(lower: [-1, 0.25], upper: [1, 3]))
    let terms = [
      LinearRow.Term(input: 0, coefficient: 1), LinearRow.Term(input: 1, coefficient: 2),
    ]
    #expect(result.domain.rows == [LinearRow(terms: terms, bound: 0.5)])
    #expect(result.outputAssertionCount == 1)
    #expect(result.notes.isEmpty)
  }

  @Test func versionTwo() throws {
    let result = try read(
      """
      (vnnlib-version <2.0>)
      (declare-network N
        (declare-input X float32 [1, 2]) (declare-hidden H float32 [3] "a (relu) 1")
        (declare-output Y float32 [1,2]))
      (assert (and (<= -1.0 X[0,0]) (<= X[0, 0] 1.0)))
      (assert (== X[0,1] 0.25))
      (assert (or (<= Y[0,0] Y[0,1]) (!= Y[0,0] 0.0)))
      """, inputCount: 2)
    #expect(try result.domain == box([-1, 0.25], [1, 0.25]))
    #expect(result.outputAssertionCount == 1)
  }

  @Test(arguments: [
    "(assert (<= X[0,2] 1.0))", "(assert (<= X[2,0] 1.0))", "(assert (<= X[0] 1.0))",
    "(assert (<= X 1.0))", "(assert (<= X[0,0] Y[0,0]))", "(assert (< X[0,0] 1.0))",
    "(assert (<= X[0,0))", "(assert (<= X[0,0] 1.0 2.0))", "(assert (!= X[0,0] 1.0))",
    "(assert)", "(assert (<= 1.0 0.0))", "assert", ")", "(foo)", "(assert (<= X[0,0] 1e-999))",
    "(assert (<= (/ X[0,0] 2.0) 1.0))", "(assert (<= X[0,0] 0x10))", "(assert (not X[0,0]))",
    "(assert (<= (+) X[0,0]))", "(assert (=> (<= X[0,0] 1.0) (<= Y[0,0] 1.0)))",
  ])
  func refuses(_ assertion: String) {
    #expect(throws: ModelError.self) {
      try read(
        """
        (vnnlib-version <2.0>)
        (declare-network N (declare-input X float32 [1,2]) (declare-output Y float32 [1,2]))
        (assert (and (<= -1.0 X[0,0]) (<= X[0,0] 1.0) (<= -1.0 X[0,1]) (<= X[0,1] 1.0)))
        \(assertion)
        """, inputCount: 2)
    }
  }

  @Test func ownFormat() throws {
    let result = try read(
      """
      {"format": "espalier-domain/1", "lower": [0, "0x1p-2"], "upper": [1.5, 1],
       "rows": [{"terms": [[1, 2], [0, "-0x3p0"]], "bound": 0.5}],
       "ball": {"center": [0.5, 0.5], "radius": 0.25}}
      """, as: "domain.json", inputCount: 2)
    #expect(result.domain.box == Box(lower: [0, 0.25], upper: [1.5, 1]))
    #expect(result.domain.rows[0].terms.map(\.coefficient) == [-3, 2])
    #expect(result.domain.ball == L1Ball(center: [0.5, 0.5], radius: 0.25))
  }

  @Test(arguments: [
    #"{"format": "espalier-domain/2", "lower": [0, 0], "upper": [1, 1]}"#,
    #"{"format": "espalier-domain/1", "lower": [0, 0], "upper": [1, 1], "more": 1}"#,
    #"{"format": "espalier-domain/1", "lower": [0], "upper": [1]}"#,
    #"{"format": "espalier-domain/1", "lower": [0, 2], "upper": [1, 1]}"#,
    #"{"format": "espalier-domain/1", "lower": [0, "0.5"], "upper": [1, 1]}"#,
    #"{"format": "espalier-domain/1", "lower": [0, 0], "upper": [1, 1],"#
      + #" "rows": [{"terms": [[2, 1]], "bound": 0}]}"#,
    #"{"lo": [0, 0]}"#, #"{"lo": [0, 0], "hi": [1, 1e999]}"#, "[]", "{}", "3",
    #"{"0": [0, 1], "2": [0, 1]}"#, #"{"0": [0, 1], "0,1": [0, 1]}"#, #"{"0": [0], "1": [0, 1]}"#,
    #"{"x": [0, 1], "1": [0, 1]}"#, #"{"0": [0, 1], "00": [0, 1]}"#,
    #"[{"key": 0, "lower_bound": 0, "upper_bound": 1}]"#,
    #"[{"key": 0, "lower_bound": 0}, {"key": 1, "lower_bound": 0, "upper_bound": 1}]"#,
  ])
  func refusesJSON(_ text: String) {
    #expect(throws: ModelError.self) { try read(text, as: "domain.json", inputCount: 2) }
  }

  @Test(arguments: [
    #"{"1": [0, 1], "0": [-1, 0.5]}"#, #"{"(1,)": [0, 1], "(0,)": [-1, 0.5]}"#,
    #"{"0,1": [0, 1], "0,0": [-1, 0.5]}"#, #"{"(1, 0)": [0, 1], "(0, 0)": [-1, 0.5]}"#,
    #"[{"key": 1, "lower_bound": 0, "upper_bound": 1},"#
      + #" {"key": 0, "lower_bound": -1, "upper_bound": 0.5}]"#,
    #"[{"key": [0, 1], "lower_bound": 0, "upper_bound": 1},"#
      + #" {"key": [0, 0], "lower_bound": -1, "upper_bound": 0.5}]"#,
    #"{"lo": [-1, 0], "hi": [0.5, 1], "note": {"any": "thing"}}"#,
  ])
  func otherJSON(_ text: String) throws {
    let result = try read(text, as: "bounds.json", inputCount: 2)
    #expect(try result.domain == box([-1, 0], [0.5, 1]))
  }
}
