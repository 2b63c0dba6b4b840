//! A fastText classifier in memory, read from a `.bin` or `.ftz` file, and what it says of a text.
//!
//! Its file (version 11 or 12, little-endian): magic number, settings, dictionary, weights of words and buckets,
//! weights of labels. Of a text, the rows of its words and buckets are averaged, and the average's product with each
//! label's weights is turned into a probability by the loss that the model was trained with.
//!
//! Scores are the reference implementation's, which adds 0.00001 to each probability before it takes a logarithm:
//! they can be that much more than 1.
//!
//! What the subwords of a known word add up to is computed once for each word, so a text costs one row for each known
//! word. Sums are in the order of the reference but for that, and agree with it to 7 digits.

use super::dictionary::{Dictionary, Rows, Shape};
use super::file::{ModelError, ModelFile};
use super::matrix::Matrix;

/// What a model file begins with.
const MAGIC: i32 = 793_712_314;

/// The versions of the format that are read. Before 12, classifiers had no subwords.
const VERSIONS: [i32; 2] = [11, 12];

/// The number of the kind of model that classifies.
const SUPERVISED: i32 = 3;

/// What the reference adds to a probability before it takes the logarithm.
const LOGARITHM_OFFSET: f32 = 1e-5;

/// Sums of subwords are kept where they take no more than this many bytes.
const MAX_SUM_BYTES: usize = 512 << 20;

/// Texts of all labels at most: above that the tree of the labels cannot be told (the reference's own bound).
const MAX_LABEL_COUNT: i64 = 1_000_000_000_000_000;

/// A classifier.
#[derive(Debug)]
pub struct Model {
    hash: String,
    columns: usize,
    dictionary: Dictionary,
    input: Matrix,
    output: Matrix,
    loss: Loss,
    /// For each word the sum of its rows, and how many they are.
    sums: Option<(Vec<f32>, Vec<u32>)>,
}

/// What a model says of a text: a label, by its number, and its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The label's number: [`Model::label`] is its name.
    pub label: usize,
    /// Its probability, and 0.00001 more.
    pub score: f32,
}

/// Room that predictions need, kept from text to text.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    hashes: Vec<u32>,
    hidden: Vec<f32>,
    scores: Vec<f32>,
}

#[derive(Debug)]
enum Loss {
    /// One probability over all labels.
    Softmax,
    /// A probability for each label apart, from a table as the reference has it.
    Sigmoid(Vec<f32>),
    /// A tree of yes and no, whose leaves are the labels.
    Tree(Vec<(usize, usize)>),
}

impl Model {
    /// Reads the model at `path`.
    ///
    /// # Errors
    /// When the file cannot be read, is no fastText model or not a whole one, or its model classifies nothing.
    pub fn load(path: &str) -> Result<Self, ModelError> {
        let mut file = ModelFile::open(path)?;
        file.expect(1, 64, "settings")
            .map_err(|_| file.refuse("it is too short for a fastText model"))?;
        if file.i32()? != MAGIC {
            return Err(file.refuse("it does not begin as a fastText model does"));
        }
        let version = file.i32()?;
        if !VERSIONS.contains(&version) {
            return Err(file.refuse(format!(
                "version {version} of the format is not known, 11 and 12 are"
            )));
        }
        let (columns, shape, loss) = settings(&mut file, version)?;
        shape.check(&file)?;
        let dictionary = Dictionary::read(&mut file, shape)?;
        let is_quantized = file.flag()?;
        if dictionary.is_pruned() && !is_quantized {
            return Err(file.refuse(
                "buckets were taken out of it and it is not quantized; fastText itself refuses such",
            ));
        }
        let input = Matrix::read(&mut file, is_quantized, columns)?;
        if input.rows() < dictionary.rows() {
            let (rows, needed) = (input.rows(), dictionary.rows());
            return Err(file.refuse(format!(
                "it has weights for {rows} words and buckets, and its dictionary asks for {needed}"
            )));
        }
        let is_output_quantized = file.flag()? && is_quantized;
        let output = Matrix::read(&mut file, is_output_quantized, columns)?;
        if output.rows() < dictionary.labels.len() {
            let (rows, labels) = (output.rows(), dictionary.labels.len());
            return Err(file.refuse(format!("it has weights for {rows} of its {labels} labels")));
        }
        let loss = match loss {
            1 => Loss::Tree(tree(&dictionary.label_counts).map_err(|message| file.refuse(message))?),
            2 | 4 => Loss::Sigmoid(sigmoid_table()),
            3 => Loss::Softmax,
            other => return Err(file.refuse(format!("its loss is number {other}, which is not known"))),
        };
        let hash = file.finish()?;
        let mut model = Self {
            hash,
            columns,
            dictionary,
            input,
            output,
            loss,
            sums: None,
        };
        model.sums = model.sums_of_words();
        Ok(model)
    }

    /// The hash of its file: 32 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Its labels, without `__label__`, by their numbers.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.dictionary.labels
    }

    /// The number of the label of that name, written with `__label__` or without.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<usize> {
        let name = name.strip_prefix(super::dictionary::LABEL_PREFIX).unwrap_or(name);
        self.labels().iter().position(|label| label == name)
    }

    /// The scores of all labels for `text`, by their numbers; empty where the model knows nothing in it.
    #[must_use]
    pub fn scores<'a>(&self, text: &str, scratch: &'a mut Scratch) -> &'a [f32] {
        let Scratch {
            hashes,
            hidden,
            scores,
        } = scratch;
        hidden.clear();
        hidden.resize(self.columns, 0.0);
        scores.clear();
        let mut average = Average {
            model: self,
            sum: hidden,
            rows: 0,
        };
        self.dictionary.rows_of_text(text, hashes, &mut average);
        if average.rows == 0 {
            return scores;
        }
        let share = 1.0 / average.rows as f32;
        for value in &mut *hidden {
            *value *= share;
        }
        self.score(hidden, scores);
        scores
    }

    /// The best `most` labels of `text`, best first.
    #[must_use]
    pub fn predict(&self, text: &str, most: usize, scratch: &mut Scratch) -> Vec<Prediction> {
        best(self.scores(text, scratch), most)
    }

    fn score(&self, hidden: &[f32], scores: &mut Vec<f32>) {
        let labels = self.labels().len();
        match &self.loss {
            Loss::Softmax => {
                scores.extend((0..labels).map(|label| self.output.dot(label, hidden)));
                let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let mut sum = 0.0;
                for score in &mut *scores {
                    *score = (*score - most).exp();
                    sum += *score;
                }
                for score in &mut *scores {
                    *score = *score / sum + LOGARITHM_OFFSET;
                }
            }
            Loss::Sigmoid(table) => scores.extend(
                (0..labels).map(|label| sigmoid(table, self.output.dot(label, hidden)) + LOGARITHM_OFFSET),
            ),
            Loss::Tree(nodes) => {
                scores.resize(labels, 0.0);
                let log = |value: f32| (value + LOGARITHM_OFFSET).ln();
                let mut waiting = vec![(labels + nodes.len() - 1, 0.0_f32)];
                while let Some((node, logarithm)) = waiting.pop() {
                    if let Some(score) = scores.get_mut(node) {
                        *score = logarithm.exp();
                    } else if let Some(&(left, right)) = nodes.get(node - labels) {
                        let yes = 1.0 / (1.0 + (-self.output.dot(node - labels, hidden)).exp());
                        waiting.push((right, logarithm + log(yes)));
                        waiting.push((left, logarithm + log(1.0 - yes)));
                    }
                }
            }
        }
    }

    fn sums_of_words(&self) -> Option<(Vec<f32>, Vec<u32>)> {
        let words = self.dictionary.words();
        let floats = words.checked_mul(self.columns)?;
        if floats.checked_mul(4)? > MAX_SUM_BYTES {
            return None;
        }
        let mut sums = vec![0.0; floats];
        let mut counts = vec![0; words];
        for (word, sum) in sums.chunks_exact_mut(self.columns).enumerate() {
            self.dictionary.rows_of_word(word, &mut |row| {
                self.input.add_row(row, sum);
                counts[word] += 1;
            });
        }
        Some((sums, counts))
    }
}

/// The best `most` of all labels' scores, best first; of equal ones, the first.
#[must_use]
pub fn best(scores: &[f32], most: usize) -> Vec<Prediction> {
    let mut best: Vec<Prediction> = Vec::with_capacity(most + 1);
    for (label, &score) in scores.iter().enumerate() {
        let place = best.partition_point(|other| other.score >= score);
        if place < most {
            best.insert(place, Prediction { label, score });
            best.truncate(most);
        }
    }
    best
}

/// The rows of a text as they come in.
struct Average<'a> {
    model: &'a Model,
    sum: &'a mut [f32],
    rows: usize,
}

impl Rows for Average<'_> {
    fn word(&mut self, word: usize, dictionary: &Dictionary) {
        let columns = self.model.columns;
        let Some((sums, counts)) = &self.model.sums else {
            dictionary.rows_of_word(word, &mut |row| self.row(row));
            return;
        };
        if let Some(of_word) = sums.get(word * columns..(word + 1) * columns) {
            for (sum, value) in self.sum.iter_mut().zip(of_word) {
                *sum += value;
            }
        }
        self.rows += counts.get(word).map_or(0, |count| *count as usize);
    }

    fn row(&mut self, row: usize) {
        self.model.input.add_row(row, self.sum);
        self.rows += 1;
    }
}

/// The model's settings: columns of its weights, how words become rows, and the number of its loss.
fn settings(file: &mut ModelFile, version: i32) -> Result<(usize, Shape, i32), ModelError> {
    let columns = file.count("columns")?;
    if columns == 0 {
        return Err(file.refuse("it claims 0 columns"));
    }
    // What is only of use in training: window, epochs, least count, negative samples.
    for _ in 0..4 {
        file.i32()?;
    }
    let word_run = file.count("words of a run")?;
    let loss = file.i32()?;
    let kind = file.i32()?;
    if kind != SUPERVISED {
        return Err(file.refuse(match kind {
            1 | 2 => "it is unsupervised: it has vectors of words, and no labels".to_owned(),
            other => format!("its kind is number {other}, which is not known"),
        }));
    }
    let buckets = file.count("buckets")?;
    let min_letters = file.count("letters of a subword")?;
    let max_letters = file.count("letters of a subword")?;
    file.i32()?;
    file.f64()?;
    let shape = Shape {
        word_run,
        buckets: u32::try_from(buckets).unwrap_or(0),
        min_letters,
        max_letters: if version == 11 || buckets == 0 {
            0
        } else {
            max_letters
        },
    };
    Ok((columns, shape, loss))
}

/// The reference's sigmoid: 512 steps from -8 to 8.
const SIGMOID_STEPS: u16 = 512;
const SIGMOID_BOUND: f32 = 8.0;

fn sigmoid_table() -> Vec<f32> {
    (0..=SIGMOID_STEPS)
        .map(|step| {
            let value = f32::from(step) * 2.0 * SIGMOID_BOUND / f32::from(SIGMOID_STEPS) - SIGMOID_BOUND;
            1.0 / (1.0 + (-value).exp())
        })
        .collect()
}

fn sigmoid(table: &[f32], value: f32) -> f32 {
    if value < -SIGMOID_BOUND {
        return 0.0;
    }
    if value > SIGMOID_BOUND {
        return 1.0;
    }
    let step = (value + SIGMOID_BOUND) * f32::from(SIGMOID_STEPS) / SIGMOID_BOUND / 2.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 512, rounded down as the reference does"
    )]
    let step = step as usize;
    table.get(step).copied().unwrap_or(1.0)
}

/// Huffman's tree over the labels: the two nodes below each inner node, which are numbered after the labels; the root
/// is the last. Built as the reference does, from counts in falling order.
fn tree(counts: &[i64]) -> Result<Vec<(usize, usize)>, &'static str> {
    let labels = counts.len();
    let total = counts
        .iter()
        .try_fold(0_i64, |sum, count| sum.checked_add(*count));
    if counts.iter().any(|count| *count < 0) || total.is_none_or(|total| total >= MAX_LABEL_COUNT) {
        return Err("the counts of its labels are no counts");
    }
    let mut weights = counts.to_vec();
    weights.resize(2 * labels - 1, MAX_LABEL_COUNT);
    let (mut leaves, mut inner) = (labels, labels);
    let mut nodes = Vec::with_capacity(labels - 1);
    for node in labels..2 * labels - 1 {
        let mut smallest = || {
            if leaves > 0 && weights.get(leaves - 1) < weights.get(inner) {
                leaves -= 1;
                leaves
            } else {
                inner += 1;
                inner - 1
            }
        };
        let (left, right) = (smallest(), smallest());
        nodes.push((left, right));
        weights[node] = weights[left] + weights[right];
    }
    Ok(nodes)
}
