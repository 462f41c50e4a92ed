//! Subjects that the guides explain, and the words by which papers mention them.

/// A subject as a query for the wiki, and the words that indicate it: whole words, lower case, without a plural `s`.
/// Words after the bar count only in a title, because nearly every abstract has them.
pub const TERMS: &[(&str, &str)] = &[
    (
        "reinforcement learning",
        "reinforcement learning, rl, rlhf, rlvr, grpo, ppo, policy optimization, policy gradient, reward model, reward modeling",
    ),
    (
        "generative models",
        "diffusion, flow matching, generative model, text-to-image, text-to-video, image generation, video generation, image editing, video editing, gan, autoencoder, latent space, denoising",
    ),
    (
        "computer vision",
        "computer vision, object detection, image classification, image segmentation, segmentation, object tracking, depth estimation, 3d reconstruction, pose estimation, image recognition, video understanding, visual perception",
    ),
    ("voice and audio", "speech, audio, text-to-speech, tts, speech recognition, asr, music, spoken, sound | voice"),
    (
        "large language models",
        "large language model, llm, language model, instruction tuning, in-context learning, chain-of-thought, mixture-of-experts, prompt engineering, long-context",
    ),
    ("retrieval-augmented generation", "retrieval-augmented generation, rag, retrieval-augmented | retrieval"),
    (
        "what should you know about large language models",
        "agent, agentic, tool use, tool calling, function calling, lora, parameter-efficient fine-tuning, supervised fine-tuning | fine-tuning, finetuning",
    ),
    (
        "how much gpu memory do you need",
        "quantization, low-bit, 4-bit, kv cache, gpu memory, memory footprint, consumer gpu | efficient inference",
    ),
    (
        "interpretability",
        "interpretability, explainability, explainable, mechanistic, sparse autoencoder, adversarial example, miscalibration",
    ),
    ("data leakage", "data leakage, data contamination, test set contamination, benchmark contamination"),
    (
        "how do you judge what a paper claims",
        "reproducibility, replication study, ablation | benchmark, benchmarking, evaluation, evaluating",
    ),
    ("how do you label data well", "data annotation, annotator, crowdsourcing | dataset, annotation, labeling"),
    ("tabular data", "tabular"),
    (
        "classics how neural networks are trained",
        "optimizer, gradient descent, adam, learning rate, backpropagation, batch normalization, loss landscape",
    ),
    ("who works on fairness safety and meaning", "fairness, social bias, demographic bias, societal impact"),
    ("robotics", "robot, robotic, robotics, humanoid, manipulation, vision-language-action"),
    ("attention is all you need", "transformer, self-attention, attention mechanism | attention"),
    ("games", "board game, video game, chess, go-playing | game"),
];

/// The subjects that a text mentions: first those in the title, then by frequency.
pub fn named(title: &str, text: &str) -> Vec<&'static str> {
    let (title, text) = (words(title), words(text));
    let mut found: Vec<(usize, usize, &str)> = Vec::new();
    for (at, (subject, speaking)) in TERMS.iter().enumerate() {
        let (anywhere, in_title) = speaking.split_once('|').unwrap_or((speaking, ""));
        let count = |text: &str, list: &str| -> usize {
            let one = |word: &str| text.matches(&format!(" {} ", words(word).trim())).count();
            list.split(',').filter(|word| !word.trim().is_empty()).map(one).sum()
        };
        let weight = TITLE * (count(&title, anywhere) + count(&title, in_title)) + count(&text, anywhere);
        if weight >= LEAST {
            found.push((weight, at, subject));
        }
    }
    found.sort_by_key(|(weight, at, _)| (std::cmp::Reverse(*weight), *at));
    found.into_iter().map(|(_, _, subject)| subject).collect()
}

/// A subject must be mentioned this often; a single mention is in passing.
const LEAST: usize = 2;
/// A word in the title weighs as much as this many in the abstract.
const TITLE: usize = 10;

/// Normalises a text: lower case, one space around each word, hyphens split, no plural `s`.
pub fn words(text: &str) -> String {
    let mut out = String::from(" ");
    let lower = text.to_lowercase();
    for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let singular = word.strip_suffix('s').filter(|w| w.len() > 2 && !w.ends_with(['s', 'u', 'i'])).unwrap_or(word);
        out.push_str(singular);
        out.push(' ');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_named_by_whole_words() {
        assert_eq!(named("RAG for LLMs", "We retrieve."), ["large language models", "retrieval-augmented generation"]);
        assert_eq!(named("A paragraph about storage", "drag and drop"), Vec::<&str>::new());
        assert_eq!(named("Something", "A benchmark and a dataset."), Vec::<&str>::new());
        let both = named("Something", "Diffusion policies, by denoising. Reinforcement learning with RL, PPO.");
        assert_eq!(both, ["reinforcement learning", "generative models"]);
    }

    #[test]
    fn every_word_is_written_as_it_is_looked_for() {
        for (subject, speaking) in TERMS {
            for word in speaking.split([',', '|']) {
                assert!(!word.trim().is_empty(), "{subject}");
                assert_eq!(word.to_lowercase(), word, "{subject}");
            }
        }
    }
}
